/** Published letters with their answers: a month's file at a time, searched and narrowed to an office in the browser. */

import { filters, labelled, option } from "../public/filters.js";
import { addressed, addressOf, publishedAnswer, searchable } from "../public/published_answer.js";
import { publishedNote } from "../public/regulation.js";
import { termsOf } from "../public/search.js";
import { getPublished, isAbsent } from "../shared/api.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { monthText, t } from "../shared/i18n.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const PAGE_SIZE = 20;
const PAUSE_MS = 200;

const page = startPage();
const body = h("div");
const said = h("p", { role: "status" });
const list = h("div");
const after = h("div", { class: "actions no-print" });
const later = () => { clearTimeout(timer); timer = setTimeout(show, PAUSE_MS); };
const search = h("input", { type: "search", id: "search", autocomplete: "off", maxlength: 60, on: { input: later } });
const unit = h("select", { id: "unit", on: { change: () => show() } });
const month = h("select", { id: "month", on: { change: () => choose(month.value) } });

let timer = 0;
let months = [];
let answers = [];

const button = (text, click) => h("button", { type: "button", class: "secondary", on: { click } }, text);

function chosen(terms) {
  return answers.filter(({ item, text }) => (!unit.value || item.unit === unit.value) && terms.every((term) => text.includes(term)));
}

function counted(found) {
  if (answers.length === 0) return t("answers.empty_month");
  if (found.length === 0) return t("answers.nothing_found");
  return found.length === answers.length ? t("answers.count", { n: found.length }) : t("answers.found", { n: found.length, all: answers.length });
}

/** The letter with `number` is shown open, and all those before it. */
function show(number = null) {
  const terms = termsOf(search.value);
  const found = chosen(terms);
  const wanted = number ? found.findIndex(({ item }) => item.number === number) : -1;
  let shown = 0;
  fill(list);
  fill(said, counted(found));
  more(Math.max(PAGE_SIZE, wanted + 1));
  if (number && wanted < 0) fill(list, notice("info", t("answers.gone")), [...list.children]);
  if (wanted >= 0) focusOn(list.children[wanted].querySelector("summary"));

  function more(count) {
    const next = found.slice(shown, shown + count);
    list.append(...next.map(({ item }, index) => publishedAnswer(item, { at: month.value, terms, open: shown + index === wanted || found.length === 1 })));
    shown += next.length;
    const onward = () => { const at = list.children.length; more(PAGE_SIZE); focusOn(list.children[at].querySelector("summary")); };
    fill(after, shown < found.length ? button(t("answers.more", { n: found.length - shown }), onward) : [clearing(found), earlier()]);
  }
}

function clearing(found) {
  if (found.length === answers.length) return null;
  return button(t("answers.clear"), () => { search.value = ""; unit.value = ""; show(); search.focus(); });
}

/** The way on to the month before; what was searched for stays. */
function earlier() {
  const next = months[months.findIndex((each) => each.month === month.value) + 1];
  if (!next) return null;
  const onward = () => { month.value = next.month; choose(next.month); focusOn(said); };
  return button(t("answers.earlier", { month: monthText(next.month), n: next.answers }), onward);
}

function offerUnits() {
  const before = unit.value;
  const names = new Map(answers.filter(({ item }) => item.unit).map(({ item }) => [item.unit, item.unit_name ?? item.unit]));
  const sorted = [...names].sort(([, a], [, b]) => a.localeCompare(b, "zh-Hans"));
  fill(unit, option("", t("answers.all_units")), sorted.map(([id, name]) => option(id, name, "zh-Hans")));
  unit.value = names.has(before) ? before : "";
}

function choose(wanted) {
  history.replaceState(history.state, "", addressOf(wanted));
  return load(wanted);
}

async function load(wanted, number = null) {
  fill(said, loading().textContent);
  fill(list);
  fill(after);
  try {
    const data = await getPublished(`answers/${wanted}.json`);
    if (month.value !== wanted) return;
    answers = (data.answers ?? []).map((item) => ({ item, text: searchable(item) }));
    offerUnits();
    show(number);
  } catch (error) {
    if (!error.kind) throw error;
    if (month.value !== wanted) return;
    answers = [];
    fill(said);
    fill(list, isAbsent(error) ? notice("info", t("answers.empty_month")) : loadFailed(error, () => load(wanted, number)));
  }
}

/** What the address names: a month, or one letter of it; else the newest month. */
function goTo({ month: wanted, number }) {
  const known = months.some((each) => each.month === wanted);
  month.value = known ? wanted : months[0].month;
  [search.value, unit.value] = ["", ""];
  return load(month.value, number);
}

async function start() {
  fill(body, loading());
  try {
    months = (await getPublished("answers/index.json")).months ?? [];
  } catch (error) {
    if (!error.kind) throw error;
    fill(body, isAbsent(error) ? notice("info", t("answers.none")) : loadFailed(error, start));
    return;
  }
  if (months.length === 0) {
    fill(body, notice("info", t("answers.none")));
    return;
  }
  fill(month, months.map((each) => option(each.month, t("answers.month_option", { month: monthText(each.month), n: each.answers }))));
  fill(body, filters(labelled(month, "answers.month"), labelled(unit, "answers.unit"), labelled(search, "answers.search", true)),
    publishedNote("answers.in_chinese"), said, list, after);
  addEventListener("hashchange", () => goTo(addressed()));
  await goTo(addressed());
}

fill(page, h("h1", null, t("answers.title")), h("p", { class: "lead" }, t("answers.lead")), body, h("p", { class: "quiet" }, t("answers.note")));
start();
