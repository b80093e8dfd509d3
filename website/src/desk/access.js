/** Asking for a fresh desk link. The page says the same whether or not the address is known. */

import { postDeskLink } from "../shared/api.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { buildForm } from "../forms/form.js";
import { t } from "../shared/i18n.js";
import { fieldsOf } from "../forms/schema.js";
import { notice, sendFailure } from "../shared/shell.js";

const EMAIL = { required: ["email"], properties: { email: { type: "string", format: "email", title: t("desk.email"), "x-autocomplete": "email" } } };

export function accessForm() {
  const form = buildForm(fieldsOf(EMAIL), {
    actions: [h("button", { type: "submit", class: "primary" }, t("desk.send_link"))],
    onSubmit: send,
  });

  async function send() {
    const faults = form.check();
    form.showErrors(faults);
    if (faults.length) return;
    form.disable(true);
    fill(form.message, notice("info", t("common.working")));
    try {
      await postDeskLink(form.read().email);
      fill(form.message, notice("good", t("desk.link_sent")));
    } catch (error) {
      if (!error.kind) throw error;
      fill(form.message, error.errors.length ? null : notice("bad", sendFailure(error)));
      form.showErrors(error.errors);
    } finally {
      form.disable(false);
    }
    focusOn(form.message.firstElementChild);
  }

  return h("div", { class: "card narrow" }, form.element);
}
