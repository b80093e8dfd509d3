/** Published letters with their answers: a month's file at a time, searched and narrowed to a unit in the browser. */

import { getPublished } from "../shared/api.js";
import { fill, h, prose } from "../shared/dom.js";
import { dateText, monthText, t } from "../shared/i18n.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const PAGE_SIZE = 20;

const page = startPage();
const list = h("div", { "aria-live": "polite" });
const search = h("input", { type: "search", id: "search", autocomplete: "off", maxlength: 60, on: { input: () => show() } });
const unit = h("select", { id: "unit", on: { change: () => show() } });
const month = h("select", { id: "month", on: { change: () => load(month.value) } });

let answers = [];
let shown = PAGE_SIZE;

const option = (value, text) => h("option", { value }, text);

// A bucket that keeps its list of files to itself answers 403 for a file that is not there.
const isAbsent = (error) => error.status === 404 || error.status === 403;

function matches(item) {
  if (unit.value && (item.unit ?? "") !== unit.value) return false;
  const text = [item.number, item.question, item.answer, item.unit_name, item.field, item.kind_title].filter(Boolean).join("\n").toLowerCase();
  return search.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function entry(item) {
  const [first, ...rest] = String(item.question ?? "").trim().split("\n");
  const about = [item.kind_title, item.field, item.number, item.received_on && t("answers.received_on", { date: dateText(item.received_on) })];
  const answered = [item.unit_name, item.answered_on && dateText(item.answered_on)].filter(Boolean).join(" · ");
  return h("article", { class: "card" },
    h("h2", null, first),
    h("p", { class: "quiet" }, about.filter(Boolean).join(" · ")),
    rest.join("\n").trim() ? h("div", { class: "text" }, prose(rest.join("\n").trim())) : null,
    item.answer
      ? h("div", { class: "notice good" }, h("h3", null, t("answers.answer")), answered ? h("p", { class: "quiet" }, answered) : null, prose(item.answer))
      : h("p", { class: "quiet" }, t("answers.in_hand", { unit: item.unit_name ?? t("answers.centre") })));
}

function show(keep = false) {
  if (!keep) shown = PAGE_SIZE;
  const found = answers.filter(matches);
  const more = found.length > shown
    ? h("button", { type: "button", class: "secondary", on: { click: () => { shown += PAGE_SIZE; show(true); } } }, t("answers.more", { n: found.length - shown }))
    : null;
  fill(list,
    h("p", { class: "quiet", role: "status" }, found.length === 0 && answers.length > 0 ? t("answers.nothing_found") : t("answers.count", { n: found.length })),
    found.slice(0, shown).map(entry), more);
}

function offerUnits() {
  const chosen = unit.value;
  const names = new Map(answers.filter((item) => item.unit).map((item) => [item.unit, item.unit_name ?? item.unit]));
  fill(unit, option("", t("answers.all_units")), [...names].map(([id, name]) => option(id, name)));
  unit.value = names.has(chosen) ? chosen : "";
}

async function load(wanted) {
  fill(list, loading());
  try {
    const data = await getPublished(`answers/${wanted}.json`);
    if (month.value !== wanted) return;
    answers = data.answers ?? [];
    offerUnits();
    show();
  } catch (error) {
    if (!error.kind) throw error;
    answers = [];
    fill(list, isAbsent(error) ? notice("info", t("answers.none")) : loadFailed(error, () => load(wanted)));
  }
}

function labelled(control, key) {
  return h("div", { class: "field" }, h("label", { for: control.id }, t(key)), control);
}

async function start() {
  const body = h("div", null, loading());
  fill(page, h("h1", null, t("answers.title")), h("p", { class: "lead" }, t("answers.lead")), body);
  try {
    const months = ((await getPublished("answers/index.json")).months ?? []).map((each) => each.month);
    if (months.length === 0) {
      fill(body, notice("info", t("answers.none")));
      return;
    }
    fill(month, months.map((each) => option(each, monthText(each))));
    fill(body,
      h("form", { class: "card", role: "search", on: { submit: (event) => event.preventDefault() } },
        labelled(month, "answers.month"), labelled(unit, "answers.unit"), labelled(search, "answers.search")),
      list, h("p", { class: "quiet" }, t("answers.note")));
    await load(months[0]);
  } catch (error) {
    if (!error.kind) throw error;
    fill(body, isAbsent(error) ? notice("info", t("answers.none")) : loadFailed(error, start));
  }
}

start();
