/** How each office does, from the figures that the job `publish` puts beside the pages. First to look at, then to read. */

import { bars } from "../charts/bars.js";
import { monthsChart } from "../charts/months.js";
import { sortableTable } from "../charts/sortable_table.js";
import { asPublished } from "../public/regulation.js";
import { getPublished, isAbsent } from "../shared/api.js";
import { card, fill, h } from "../shared/dom.js";
import { dateText, instantText, list, numberText, percentText, t } from "../shared/i18n.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const page = startPage();
const body = h("div");

const count = (key) => ({ key, of: (unit) => unit[key], text: (unit, small) => numberText(unit[key]) ?? small, first: "descending" });
const share = (key) => ({ key, of: (unit) => unit[key], text: (unit) => percentText(unit[key]) ?? "—", first: "descending" });
const mean = (key, first) => ({ key, of: (unit) => unit[key], text: (unit) => numberText(unit[key], 1) ?? "—", first });

function satisfaction(unit) {
  const mean = numberText(unit.satisfaction, 1);
  return mean && unit.rated ? [mean, " ", h("small", { class: "quiet" }, t("performance.rated", { n: unit.rated }))] : mean ?? "—";
}

const COLUMNS = [
  { key: "unit", of: (unit) => unit.name, text: (unit) => asPublished(unit.name), first: "ascending" },
  count("letters"), count("answered"), share("answer_rate"), share("on_time_rate"), mean("mean_days", "ascending"),
  count("overdue"), { ...mean("satisfaction", "descending"), text: satisfaction },
  { ...mean("score", "descending"), optional: true }, { ...mean("rank", "ascending"), optional: true },
].map((column) => ({ ...column, title: t(`figures.${column.key}`) }));

function columnsFor(units, small) {
  return COLUMNS.filter(({ key, optional }) => !optional || units.some((unit) => typeof unit[key] === "number"))
    .map((column) => ({ ...column, text: (unit) => column.text(unit, small) }));
}

function onTime(units) {
  const told = units.filter((unit) => typeof unit.on_time_rate === "number").sort((a, b) => a.on_time_rate - b.on_time_rate || b.letters - a.letters);
  if (told.length === 0) return null;
  return bars(t("performance.on_time"), told.map((unit) => ({
    label: asPublished(unit.name), share: unit.on_time_rate, value: percentText(unit.on_time_rate), tone: unit.on_time_rate < 1 ? "part" : "",
    note: t("performance.letters", { n: unit.letters ?? 0 }),
  })));
}

function overdue(units) {
  const late = units.filter((unit) => unit.overdue > 0).sort((a, b) => b.overdue - a.overdue);
  if (late.length === 0) return null;
  return bars(t("performance.overdue"), late.map((unit) => ({
    label: asPublished(unit.name), share: unit.overdue / late[0].overdue, value: t("performance.letters", { n: unit.overdue }), tone: "late",
  })));
}

function county(total, small) {
  const figures = [
    ["received", numberText(total.received) ?? small], ["answered", numberText(total.answered) ?? small], ["answer_rate", percentText(total.answer_rate)],
    ["on_time_rate", percentText(total.on_time_rate)], ["mean_days", numberText(total.mean_days, 1)], ["overdue", numberText(total.overdue) ?? small],
    ["satisfaction", numberText(total.satisfaction, 1)],
  ];
  return card(t("performance.county"),
    h("dl", { class: "figures many" }, figures.map(([key, value]) => h("div", null, h("dt", null, t(`figures.${key}`)), h("dd", null, value ?? "—")))));
}

function meanings() {
  return h("details", { class: "card" }, h("summary", null, h("h2", null, t("performance.meanings"))),
    h("dl", { class: "meanings" }, list("performance.meaning").map(([term, words]) => h("div", null, h("dt", null, term), h("dd", null, words)))));
}

function shown(data) {
  const [units, n] = [data.units ?? [], data.smallest_shown];
  const small = t("charts.small", { n });
  const charts = [onTime(units), overdue(units)].filter(Boolean);
  return [
    h("p", { class: "quiet" }, t("performance.span", {
      from: dateText(data.from, "plain_date"), through: dateText(data.through, "plain_date"), at: instantText(data.as_of),
    })),
    county(data.total ?? {}, small),
    data.months?.some(({ received, answered }) => received || answered)
      ? h("section", { class: "card" }, monthsChart(t("performance.months"), data.months, small)) : null,
    charts.length ? charts.map((chart) => h("section", { class: "card" }, chart)) : notice("info", t("performance.too_few", { n })),
    units.length ? card(t("performance.table"),
      sortableTable(t("performance.caption"), columnsFor(units, small), units, "letters")) : null,
    meanings(), h("p", { class: "quiet" }, t("performance.note", { n, most: n - 1 })), h("p", { class: "quiet" }, t("performance.trust")),
  ];
}

async function show() {
  fill(body, loading());
  try {
    fill(body, shown(await getPublished("statistics.json")));
  } catch (error) {
    if (!error.kind) throw error;
    fill(body, isAbsent(error) ? notice("info", t("performance.none")) : loadFailed(error, show));
  }
}

fill(page, h("h1", null, t("titles.performance")), h("p", { class: "lead" }, t("performance.lead")), body);
show();
