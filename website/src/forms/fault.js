/** What is wrong with a value before it is sent. The server has the last word: here only what it would refuse for certain. */

import { t } from "../shared/i18n.js";
import { length } from "./frame.js";

const PHONE = /^\+?[0-9][0-9 -]{4,18}[0-9]$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@.]{2,}$/;

function faultOfNumber({ title: label, min, max }, value) {
  if (typeof value !== "number") return t("errors.not_a_number", { label });
  if (min !== null && value < min) return t("errors.too_small", { label, min });
  return max !== null && value > max ? t("errors.too_big", { label, max }) : "";
}

/** The fault in words, or an empty string. */
export function fault(field, value) {
  const label = field.title;
  const empty = value === "" || value === false || (Array.isArray(value) && value.length === 0);
  if (empty) {
    if (!field.required || field.kind === "yes") return "";
    return field.missing ?? t(field.options ? "errors.required_choice" : "errors.required", { label });
  }
  if (field.kind === "number") return faultOfNumber(field, value);
  if (typeof value !== "string") return "";
  const size = length(value);
  if (field.maxLength && size > field.maxLength) return t("errors.too_long", { label, max: field.maxLength, over: size - field.maxLength });
  if (field.minLength && size < field.minLength) return t("errors.too_short", { label, min: field.minLength });
  if (field.format === "tel" && !PHONE.test(value)) return t("errors.bad_phone");
  return field.format === "email" && !EMAIL.test(value) ? t("errors.bad_email") : "";
}
