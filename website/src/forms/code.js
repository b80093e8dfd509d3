/** A one-time code, and the button that has it sent; `field.ask` asks for it and answers by which way it goes out. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** `textField` builds the control it goes into. */
export function codeField(field, id, textField) {
  const base = textField({ ...field, help: field.help || t("one_time_code.help") }, id);
  const told = h("p", { class: "help", "aria-live": "polite" });
  const send = h("button", { type: "button", class: "secondary small" }, t("one_time_code.send"));
  base.target.setAttribute("inputmode", "numeric");
  base.target.setAttribute("autocomplete", "one-time-code");
  base.target.classList.add("short");
  send.addEventListener("click", async () => {
    send.disabled = true;
    try {
      const { sent_to: way } = await field.ask();
      fill(told, t(`one_time_code.sent_${way}`));
    } catch (error) {
      if (!error.kind) throw error;
      fill(told, error.detail || error.title || t("one_time_code.failed"));
    }
    send.disabled = false;
    base.target.focus();
  });
  base.element.append(h("p", null, send), told);
  return { ...base, read: () => base.read().normalize("NFKC").replace(/\s/g, "") };
}
