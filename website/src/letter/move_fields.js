/** The fields of a move: what they need beyond their schema, how their values are read back, and what of them may be kept. */

import { h, prose } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/**
 * A field with what it needs beyond its schema; one for files is left out where the page takes none. `kept` are the files chosen
 * before, and `changed` is called when there are others.
 */
export function equipped(field, move, { askCode, files, signature }, kept, changed) {
  if (field.format === "one-time-code") return { ...field, ask: () => askCode(move) };
  if (field.format === "signature") return { ...field, make: signature };
  if (field.format !== "uploads") return field;
  const mine = files?.(kept, changed);
  return mine ? { ...field, files: mine, make: mine.make } : null;
}

function shown(field, value) {
  if (field.files) return field.files.names().join(t("common.list"));
  if (field.format === "signature") return h("img", { class: "signature-image", src: value, alt: field.title });
  if (field.options) {
    const titles = (Array.isArray(value) ? value : [value]).map((each) => field.options.find((option) => option.const === each)?.title ?? each);
    return titles.join(t("common.list"));
  }
  if (field.kind === "yes") return t(value ? "common.yes" : "common.no");
  if (field.fields) {
    const filled = (row) => field.fields.filter(({ name }) => row?.[name] !== undefined).map((inner) => shown(inner, row[inner.name]));
    return [value].flat().map((row) => filled(row).filter(Boolean).join(t("common.comma"))).join(t("common.semicolon"));
  }
  return Array.isArray(value) ? value.join("\n") : String(value);
}

/** What may lie in the browser: neither signatures nor one-time codes. */
export const SECRET = ["signature", "one-time-code"];
export function keepable(fields, values) {
  const secret = (name) => SECRET.includes(fields.find((field) => field.name === name)?.format);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !secret(name)));
}

/** A value as it is shown once more before it is sent. */
export function told(field, value) {
  const text = shown(field, value);
  return typeof text === "string" ? prose(text) : text;
}
