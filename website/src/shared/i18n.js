/** Words, dates and limits in the reader's language. Each language's pages are built with that language's strings. */

import strings from "huiyin:strings";
import { config } from "./config.js";

export const language = config.language;
// Object.hasOwn is younger than the phones people have.
const has = Object.prototype.hasOwnProperty;
const plurals = new Intl.PluralRules(language);

function lookUp(path) {
  return path.split(".").reduce((node, key) => (node && has.call(node, key) ? node[key] : undefined), strings);
}

/**
 * The string at `path`, with `{name}` replaced from `values`; a plural `{one, other}` is chosen by `values.n`. A missing
 * string shows its path, so that it is noticed.
 */
export function t(path, values = {}) {
  const entry = lookUp(path);
  const found = typeof entry?.other === "string" ? (entry[plurals.select(Number(values.n))] ?? entry.other) : entry;
  if (typeof found !== "string") return path;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The list at `path`: an array of strings or of arrays of strings. */
export function list(path) {
  const found = lookUp(path);
  return Array.isArray(found) ? found : [];
}

/** The word for a code, or the code itself when there is none: new codes must not break a page. */
export function word(group, code) {
  if (code === null || code === undefined) return "";
  const found = lookUp(group)?.[code];
  return typeof found === "string" ? found : String(code);
}

function weekdayOf(date) {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** `2026-11-24` → 2026年11月24日 周二 */
export function dateText(date, format = "date") {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date ?? "")) return date ?? "";
  const [year, month, day] = date.split("-").map(Number);
  return t(`format.${format}`, { year, month, day, month_name: word("months", month), weekday: word("weekdays", weekdayOf(date)) });
}

/** `2026-11-24` → 11月24日 */
export function shortDate(date) {
  const [, month, day] = (date ?? "").split("-").map(Number);
  return month && day ? t("format.short_date", { month, day, month_name: word("months", month) }) : (date ?? "");
}

/** `2026-11` → 2026年11月 */
export function monthText(value) {
  const [year, month] = value.split("-").map(Number);
  return t("format.month", { year, month, month_name: word("months", month) });
}

export function weekdayText(date) {
  return word("weekdays", weekdayOf(date));
}

/** The county's time of day of a moment: 09:05. */
export function timeText(moment) {
  return new Intl.DateTimeFormat("zh-CN", {
    timeZone: config.timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(moment);
}

/** An instant as local date and time of the county. */
export function instantText(instant) {
  const moment = new Date(instant ?? "");
  if (Number.isNaN(moment.getTime())) return instant ?? "";
  return t("format.instant", { date: dateText(localDate(moment)), time: timeText(moment) });
}

/** The county's local date of a moment, as `YYYY-MM-DD`. */
export function localDate(moment) {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: config.timeZone, year: "numeric", month: "2-digit", day: "2-digit",
  }).format(moment);
}

/** Calendar days from one date to another; negative when `to` lies before. */
export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** A code in groups of four, easier to read out and to copy by hand. One that has a shape of its own keeps it. */
export function grouped(code, mark = "-") {
  return /^([0-9A-Z]{4}){2,}$/.test(code ?? "") ? code.match(/.{4}/g).join(mark) : String(code ?? "");
}

/** A limit in words: 2 个工作日, 当天, … */
export function limitText(limit) {
  if (!limit) return "";
  return t(`limits.${limit.counted_in}`, { n: limit.number ?? "" });
}

/** A number in the reader's way, with so many decimals at most; null stays null. */
export function numberText(number, decimals = 0) {
  if (number === null || number === undefined) return null;
  return new Intl.NumberFormat(language, { maximumFractionDigits: decimals }).format(number);
}

/** A share (0 to 1) as per cent; null stays null. Only all is 100 % and only nothing 0 %: 99.96 % is told as 99.9 %. */
export function percentText(share) {
  if (share === null || share === undefined) return null;
  const rounded = Math.round(share * 1000) / 1000;
  const told = rounded === 1 && share < 1 ? 0.999 : rounded === 0 && share > 0 ? 0.001 : rounded;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(told);
}
