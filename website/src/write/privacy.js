/** Public or confidential: what the one answer means for the other, and what the public would read. */

import { writerOf } from "../letter/as_sent.js";
import { postPreview } from "../shared/api.js";
import { fill, h, prose } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { loadFailure, notice } from "../shared/shell.js";
import { privateBecause } from "./letter.js";

/** `policy` as `publicationOf` answers it; `parts` are the form's. Returns an element and `refresh(values)`. */
export function privacy(policy, parts, read) {
  const told = h("div", null);
  const shown = h("div", { role: "status" });
  const ask = h("button", { type: "button", class: "secondary", on: { click: preview } }, t("preview.ask"));
  const element = h("div", { class: "preview-ask", hidden: true }, ask, shown);
  let seen = "";

  const wordingOf = ({ subject = "", body = "", ...values }) => ({ subject, body, writer: writerOf(values) });
  const isPublic = (values) => !privateBecause(values) && (policy === "usual" || (policy === "asked" && values.publish_consent === true));

  async function preview() {
    const wording = wordingOf(read());
    seen = JSON.stringify(wording);
    ask.disabled = true;
    fill(shown, h("p", { class: "help" }, t("preview.working")));
    try {
      const { subject, body } = await postPreview(wording);
      fill(shown, h("section", { class: "preview", "aria-label": t("preview.title") }, h("p", { class: "help" }, t("preview.lead")),
        h("p", { class: "subject" }, h("bdi", null, subject)), prose(body), h("p", { class: "help" }, t("preview.note"))));
    } catch (error) {
      if (!error.kind) throw error;
      fill(shown, notice("warn", h("p", null, t("preview.failed", { why: loadFailure(error) })), h("p", null, t("preview.go_on"))));
      seen = "";
    }
    ask.disabled = false;
  }

  function refresh(values) {
    const reason = privateBecause(values);
    const consent = parts.publish_consent;
    if (consent) {
      if (reason && consent.target.checked) consent.write(false);
      consent.target.disabled = Boolean(reason);
    }
    const key = policy === "never" ? "never" : reason ?? (policy === "usual" ? "usual" : "");
    if (told.dataset.key !== key) fill(told, key ? notice("info", t(`privacy.${key}`)) : null);
    told.dataset.key = key;
    element.hidden = !isPublic(values);
    if (seen && seen !== JSON.stringify(wordingOf(values))) { fill(shown); seen = ""; }
  }

  return { told, element, refresh };
}
