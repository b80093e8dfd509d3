/** Published figures and the notice board. Both are files that may not be there yet. */

import { getPublished, getUnits } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { dateText, instantText, t, word } from "../shared/i18n.js";
import { unitName, unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const page = startPage();
let names = new Map();

const percent = (value) => {
  if (typeof value !== "number") return "—";
  return `${(value <= 1 ? value * 100 : value).toFixed(1).replace(/\.0$/, "")}%`;
};
const plain = (value) => (value === null || value === undefined ? "—" : String(value));
const score = (value) => (typeof value === "number" ? t("notices.score", { n: value.toFixed(1) }) : "—");
const COLUMNS = [
  ["letters", plain], ["answered", plain], ["answer_rate", percent], ["on_time_rate", percent], ["satisfaction", score], ["rank", plain],
];

function table(columns, rows) {
  const row = ([head, ...cells]) => h("tr", null, h("th", { scope: "row" }, head),
    cells.map((cell, index) => h("td", { "data-label": columns[index + 1] }, cell)));
  return h("table", { class: "stacked" },
    h("thead", null, h("tr", null, columns.map((title) => h("th", { scope: "col" }, title)))), h("tbody", null, rows.map(row)));
}

function asOf(data) {
  const parts = [data.period && t("notices.period", { period: data.period }), data.as_of && t("notices.as_of", { at: data.as_of.length > 10 ? instantText(data.as_of) : dateText(data.as_of) })];
  return parts.some(Boolean) ? h("p", { class: "quiet" }, parts.filter(Boolean).join(" · ")) : null;
}

function statistics(data) {
  const units = [...(data.units ?? data.by_unit ?? []), ...(data.total ? [data.total] : [])];
  if (units.length === 0) return notice("info", t("notices.none_statistics"));
  const used = COLUMNS.filter(([key]) => units.some((unit) => unit[key] !== undefined));
  const row = (unit) => [unit.name ?? unitName(unit.unit ?? unit.id, names), ...used.map(([key, show]) => show(unit[key]))];
  return [asOf(data), table([t("notices.unit"), ...used.map(([key]) => t(`notices.${key}`))], units.map(row)), data.note ? h("p", { class: "quiet" }, data.note) : null];
}

function board(data) {
  const items = Array.isArray(data) ? data : (data.notices ?? []);
  if (items.length === 0) return [asOf(data), notice("good", t("notices.empty_board"))];
  const row = (item) => [
    unitName(item.unit, names), word("notices.kinds", item.kind), plain(item.number),
    item.at ? instantText(item.at) : dateText(item.date), item.overdue_days > 0 ? t("notices.overdue_days", { n: item.overdue_days }) : "—",
  ];
  return [asOf(data), table(["unit", "kind", "number", "since", "overdue"].map((key) => t(`notices.${key}`)), items.map(row))];
}

async function showFile(place, name, render, missing) {
  fill(place, loading());
  try {
    fill(place, render(await getPublished(name)));
  } catch (error) {
    if (!error.kind) throw error;
    // A bucket that keeps its list of files to itself answers 403 for a file that is not there.
    const absent = error.status === 404 || error.status === 403;
    fill(place, absent ? notice("info", t(missing)) : loadFailed(error, () => showFile(place, name, render, missing)));
  }
}

async function start() {
  const figures = h("div");
  const notices = h("div");
  fill(page, h("h1", null, t("notices.title")), h("p", { class: "lead" }, t("notices.lead")),
    h("section", { class: "card" }, h("h2", null, t("notices.statistics")), figures),
    h("section", { class: "card" }, h("h2", null, t("notices.board")), notices));
  try {
    names = new Map(unitsOf(await getUnits()).units.map((each) => [each.const, each.title]));
  } catch (error) {
    if (!error.kind) throw error;
  }
  showFile(figures, "statistics.json", statistics, "notices.none_statistics");
  showFile(notices, "notices.json", board, "notices.none_board");
}

start();
