/**
 * Why a day counts or does not. The API says it as a code, `[estimated_]code[:detail]`; the detail is a name
 * (`festival:春节`) or again a code (`rolled_from:weekend`).
 */

import { t, word } from "../shared/i18n.js";

const ESTIMATED = "estimated_";

/** A code taken apart: `{estimated, code, detail}`. */
export function reasonOf(why) {
  const text = String(why ?? "");
  const estimated = text.startsWith(ESTIMATED);
  const [code, detail = ""] = (estimated ? text.slice(ESTIMATED.length) : text).split(/:(.*)/s);
  return { estimated, code, detail };
}

/** In the reader's words, festivals too; what is unknown is shown as it is. */
export function whyText(why) {
  const text = String(why ?? "");
  if (text.startsWith(ESTIMATED)) {
    const known = whyText(text.slice(ESTIMATED.length));
    return known === text.slice(ESTIMATED.length) ? text : t("why.estimated", { why: known });
  }
  const { code, detail } = reasonOf(text);
  const known = word("why", code);
  if (known === code) return word("festivals", text);
  if (!detail) return known;
  const named = word("why", `${code}_named`);
  return named === `${code}_named` ? known : t(`why.${code}_named`, { name: whyText(detail) });
}
