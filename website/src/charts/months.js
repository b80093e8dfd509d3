/** Two columns a month: what came in and what was answered. The table beside it says the same in numbers. */

import { h, svg } from "../shared/dom.js";
import { numberText, t, word } from "../shared/i18n.js";

const WIDTH = 360;
const HEIGHT = 190;
const FOOT = 22;
const TOP = 18;
const FEWEST_PLACES = 6;

const monthOf = (each) => String(Number(each.month.slice(5)));

function column(x, width, value, most, name) {
  if (typeof value !== "number" || value === 0) return null;
  const tall = ((HEIGHT - FOOT - TOP) * value) / most;
  return svg("rect", { class: name, x, y: HEIGHT - FOOT - tall, width, height: tall });
}

/** Months before the first letter came say nothing. */
function sinceBegun(months) {
  const first = months.findIndex(({ received, answered }) => received !== 0 || answered !== 0);
  return months.slice(first < 0 ? months.length - 1 : first);
}

/** `year`: `[{month: "2026-11", received, answered}]`; numbers that are too small to be public are null, `small` in words. */
export function monthsChart(caption, year, small) {
  const months = sinceBegun(year);
  const most = Math.max(1, ...months.flatMap(({ received, answered }) => [received ?? 0, answered ?? 0]));
  const step = WIDTH / Math.max(FEWEST_PLACES, months.length);
  const each = (one, index) => {
    const x = index * step + step * 0.14;
    return [
      column(x, step * 0.35, one.received, most, "received"), column(x + step * 0.37, step * 0.35, one.answered, most, "answered"),
      svg("text", { x: index * step + step / 2, y: HEIGHT - 6, class: "axis" }, t("charts.month", { n: monthOf(one) })),
    ];
  };
  return h("figure", { class: "chart" }, h("figcaption", null, caption),
    svg("svg", { class: "columns", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("charts.months_label", { caption }) },
      svg("line", { x1: 0, x2: WIDTH, y1: TOP, y2: TOP, class: "grid" }), svg("text", { x: 0, y: TOP - 5, class: "axis start" }, numberText(most)),
      svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT, class: "base" }), months.flatMap(each)),
    h("p", { class: "legend" }, ["received", "answered"].map((name) => h("span", { class: `key ${name}` }, t(`figures.${name}`)))),
    h("details", null, h("summary", null, t("charts.in_numbers")), numbers(months, small)));
}

function numbers(months, small) {
  const row = (one) => h("tr", null, h("th", { scope: "row" }, word("months", monthOf(one))),
    [one.received, one.answered].map((value) => h("td", { class: "number" }, numberText(value) ?? small)));
  return h("table", null,
    h("thead", null, h("tr", null, ["charts.month_head", "figures.received", "figures.answered"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", null, months.map(row)));
}
