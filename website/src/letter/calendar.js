/** The days of a time limit as small month tables, Monday first, with a legend of the signs that occur in them. */

import { h } from "../shared/dom.js";
import { list, monthText, t, word } from "../shared/i18n.js";
import { dayAfter, placeInWeek } from "./days.js";

/** Which sign a day bears: the legend explains each of these names. */
function signOf(day) {
  if (day.late) return day.counted ? "late" : "late_off";
  if (day.start && !day.counted) return "start";
  if (day.counted) return day.gone ? "gone" : "left";
  return day.off ? (day.festival ? "festival" : "off") : "extra";
}

function markOf(day) {
  if (day.late && day.counted) return t("calendar.late_nth", { n: day.number });
  if (day.counted) return t("calendar.nth", { n: day.number });
  if (day.start) return t("calendar.start");
  if (day.festival && !day.worked) return word("festivals", day.festival);
  return t(day.extra ? "calendar.extra" : "calendar.off");
}

const corner = (day) => (day.worked ? h("span", { class: "corner" }, t("calendar.work")) : null);

function cell(date, day) {
  const number = h("time", { class: "number", datetime: date }, String(Number(date.slice(8))));
  if (!day) return h("td", { class: "outside" }, number);
  const badges = ["due", "done", "today"].filter((name) => day[name]);
  const names = ["day", signOf(day), ...badges, day.estimated ? "estimated" : "", day.worked ? "worked" : ""].filter(Boolean);
  return h("td", { class: names.join(" "), "aria-current": day.today ? "date" : null },
    h("span", { class: "top" }, number, corner(day)), h("span", { class: "mark" }, markOf(day)),
    badges.map((name) => h("span", { class: `badge ${name}` }, t(`calendar.${name}`))));
}

/** The weeks of a month from the first to the last of its days that are shown. */
function weeks(month, byDate) {
  const shown = [...byDate.keys()].filter((date) => date.startsWith(month));
  const rows = [];
  let monday = dayAfter(shown[0], -placeInWeek(shown[0]));
  for (; monday <= shown[shown.length - 1]; monday = dayAfter(monday, 7)) rows.push(Array.from({ length: 7 }, (_, place) => dayAfter(monday, place)));
  return rows;
}

function monthTable(month, byDate) {
  const place = (date) => (date.startsWith(month) ? cell(date, byDate.get(date)) : h("td", { class: "empty" }));
  return h("table", { class: "month" }, h("caption", null, monthText(month)),
    h("thead", null, h("tr", null, list("calendar.weekdays").map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", null, weeks(month, byDate).map((row) => h("tr", null, row.map(place)))));
}

const SIGNS = ["start", "gone", "left", "off", "festival", "extra", "late", "late_off"];

function legend(days) {
  const signs = SIGNS.filter((sign) => days.some((day) => signOf(day) === sign));
  const item = (name, text, inside = null) => h("li", null, h("span", { class: `swatch ${name}`, "aria-hidden": "true" }, inside), text);
  return h("ul", { class: "legend", "aria-label": t("calendar.legend") },
    signs.map((sign) => item(sign, t(`calendar.legend_${sign}`))),
    days.some((day) => day.worked) ? item("worked", t("calendar.legend_worked"), h("span", { class: "corner" }, t("calendar.work"))) : null,
    days.some((day) => day.estimated) ? item("estimated", t("calendar.legend_estimated")) : null);
}

/** `days` as `daysOf` gives them. */
export function calendar(days) {
  const byDate = new Map(days.map((day) => [day.date, day]));
  const months = [...new Set(days.map((day) => day.date.slice(0, 7)))];
  return h("div", { class: "calendar" }, h("div", { class: "months" }, months.map((month) => monthTable(month, byDate))), legend(days));
}
