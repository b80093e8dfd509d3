/** What surrounds every control of a form: its label, help, error and, where there is a limit, how much room is left. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const LONE_SURROGATE = /\p{Surrogate}/gu;
// eslint-disable-next-line no-control-regex -- these are made plain line ends
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;
// eslint-disable-next-line no-control-regex -- these are taken out
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/g;
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/**
 * Text as it is sent. Characters that nobody sees and that the server refuses, as pasting brings them along, are left out:
 * who wrote could not find them.
 */
export function clean(text) {
  return text.replace(LINE_ENDS, "\n").replace(CONTROL, "").replace(LONE_SURROGATE, "\ufffd").trim();
}

/** Characters as the server counts them: code points, not halves of them. */
export function length(text) {
  return text.length - (text.match(PAIR)?.length ?? 0);
}

export const describedBy = (field, id) => (field.help ? `${id}-help ${id}-error` : `${id}-error`);

/** A frame around `control`; `group` makes it a fieldset, for a control of several parts. */
export function frame(field, id, control, { group = false, counter = null } = {}) {
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const label = [field.title, field.required ? null : h("span", { class: "optional" }, t("common.optional"))];
  const help = field.help ? h("p", { class: "help", id: `${id}-help` }, field.help) : null;
  const element = group
    ? h("fieldset", { class: "field", id, tabindex: "-1", "aria-describedby": describedBy(field, id) }, h("legend", null, label), help, error, control)
    : h("div", { class: "field" }, h("label", { for: id }, label), help, error, control, counter);
  const target = group ? element : control;
  const showError = (message) => {
    fill(error, message);
    error.hidden = !message;
    element.classList.toggle("invalid", Boolean(message));
    if (group) return;
    if (message) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
  };
  return { element, showError };
}

/** Says below `control` how many characters are left, once few are. Returns its element and what brings it up to date. */
export function counterOf(control, max) {
  const element = h("p", { class: "counter", role: "status" });
  const count = () => {
    const left = max - length(clean(control.value));
    const near = left < Math.max(20, max * 0.2);
    fill(element, left < 0 ? t("common.too_long_by", { n: -left }) : near ? t("common.remaining", { n: left }) : "");
    element.classList.toggle("over", left < 0);
  };
  control.addEventListener("input", count);
  return { element, count };
}
