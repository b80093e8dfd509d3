/** Who stands in for me, and for whom I stand in: dates set by the person who will be away. */

import { deleteDeputy, postDeputy } from "../shared/api.js";
import { card, fill, h } from "../shared/dom.js";
import { buildForm } from "../forms/form.js";
import { dateText, t } from "../shared/i18n.js";
import { loadFailed, notice, sendFailure } from "../shared/shell.js";

const field = (name, more) => ({
  name, title: t(`deputy.${name}`), help: "", required: true, options: null, kind: "short", initial: null, min: null, max: null,
  minLength: null, maxLength: null, format: "", widget: "", autocomplete: "off", ...more,
});

function current(deputy, token, again) {
  const told = h("div", { "aria-live": "polite" });
  const end = async (event) => {
    event.target.disabled = true;
    try {
      await deleteDeputy(token);
    } catch (error) {
      if (!error.kind) throw error;
      event.target.disabled = false;
      fill(told, loadFailed(error, again));
      return;
    }
    await again();
  };
  return [h("p", null, t("deputy.now", { name: deputy.name ?? deputy.contact, from: dateText(deputy.from), until: dateText(deputy.until) })),
    told, h("button", { type: "button", class: "secondary small", on: { click: end } }, t("deputy.end"))];
}

function chooser(colleagues, token, again) {
  const fields = [
    field("contact", { kind: "one", widget: "select", options: colleagues.map((each) => ({ const: each.id, title: each.name })) }),
    field("from", { format: "date", help: t("deputy.date_help") }), field("until", { format: "date" }),
  ];
  const send = async () => {
    const faults = form.check();
    form.showErrors(faults);
    if (faults.length) return;
    try {
      await postDeputy(token, form.read());
    } catch (error) {
      if (!error.kind) throw error;
      if (error.errors.length) form.showErrors(error.errors);
      else fill(form.message, notice("bad", sendFailure(error)));
      return;
    }
    await again();
  };
  const form = buildForm(fields, { onSubmit: send, actions: [h("button", { type: "submit", class: "primary" }, t("deputy.set"))] });
  return h("details", { class: "move" }, h("summary", null, t("deputy.choose")), h("div", { class: "move-body" }, form.element));
}

/** The card on the desk; nothing where nobody could stand in. */
export function deputyCard({ contact, colleagues = [], deputy_for: principals = [] }, token, again) {
  if (!contact.deputy && !colleagues.length && !principals.length) return null;
  const names = principals.map((each) => each.name ?? each.id ?? each).join(t("common.list"));
  return card(t("deputy.title"),
    names ? h("p", null, t("deputy.for", { names })) : null,
    contact.deputy ? current(contact.deputy, token, again) : colleagues.length ? chooser(colleagues, token, again) : null);
}
