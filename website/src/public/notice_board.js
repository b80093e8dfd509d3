/** The notice board in parts: what each kind of notice means, who is furthest behind, and each office's letters. */

import { bars } from "../charts/bars.js";
import { h } from "../shared/dom.js";
import { dateText, t, word } from "../shared/i18n.js";
import { asPublished, kindName } from "./regulation.js";

const FIRST_SHOWN = 20;
export const KINDS = ["overdue", "urge", "send_back", "circular"];

const daysOf = (notices) => notices.reduce((sum, { overdue_days: days }) => sum + (days ?? 0), 0);

/** A letter has one line a kind at most; one without a number cannot be told apart, and counts by itself. */
const letters = (notices) => new Set(notices.map(({ number }, index) => number ?? index)).size;

/** `[{unit, name, notices, days}]`, those with the most overdue days first. */
export function byUnit(notices) {
  const units = new Map();
  for (const notice of notices) units.set(notice.unit, [...(units.get(notice.unit) ?? []), notice]);
  const groups = [...units].map(([unit, own]) => ({ unit, name: own[0].unit_name ?? unit, notices: own, days: daysOf(own) }));
  return groups.sort((a, b) => b.days - a.days || b.notices.length - a.notices.length || a.name.localeCompare(b.name));
}

export function daysChart(groups) {
  const late = groups.filter(({ days }) => days > 0);
  if (late.length === 0) return null;
  return h("section", { class: "card" }, bars(t("notices.chart"), late.map(({ name, days, notices }) => ({
    label: asPublished(name), share: days / late[0].days, value: t("notices.bar_days", { n: days }), tone: "late",
    note: t("notices.letters", { n: letters(notices) }),
  }))));
}

export function meanings() {
  return h("details", { class: "card" }, h("summary", null, h("h2", null, t("notices.meanings"))),
    h("dl", { class: "meanings" }, KINDS.map((kind) => h("div", null, h("dt", null, tag(kind)), h("dd", null, word("notices.explained", kind))))),
    h("p", null, t("notices.counting")));
}

const tag = (kind) => h("span", { class: `tag notice-kind ${kind}` }, word("notices.kinds", kind));

function line(notice) {
  const due = notice.due_on ? t("notices.due", { date: dateText(notice.due_on, "plain_date") }) : null;
  const what = [notice.number ?? t("notices.no_number"), " · ", kindName(notice.letter_kind, notice.letter_kind_name)];
  const since = t(`notices.since_${notice.kind}`, { date: dateText(notice.date, "plain_date") });
  const when = [since, notice.kind === "overdue" ? null : due].filter(Boolean).join(t("common.comma"));
  return h("li", null, h("p", null, tag(notice.kind), h("b", null, what)), h("p", { class: "quiet" }, when),
    notice.overdue_days > 0 ? h("p", { class: "overdue-days" }, t("notices.overdue_days", { n: notice.overdue_days })) : null);
}

/** One office: a head with its sums, and its notices folded; many are shown a part at a time. */
export function unitCard({ name, notices, days }, open) {
  const list = h("ul", { class: "notices" });
  const more = h("button", { type: "button", class: "secondary small no-print", on: { click: show } });
  let shown = 0;
  function show() {
    const next = notices.slice(shown, shown + FIRST_SHOWN);
    list.append(...next.map(line));
    shown += next.length;
    more.hidden = shown >= notices.length;
    more.textContent = t("notices.more", { n: notices.length - shown });
  }
  const sums = [t("notices.count", { n: notices.length }), days > 0 ? t("notices.days", { n: days }) : null].filter(Boolean);
  const card = h("details", { class: "card unit-notices", open },
    h("summary", null, h("h2", null, asPublished(name)), h("span", { class: "quiet" }, sums.join(" · "))), list, more);
  show();
  return card;
}

/** Only what was asked for; "" asks for all. */
export const chosen = (notices, unit, kind) =>
  notices.filter((each) => (!unit || each.unit === unit) && (!kind || each.kind === kind));

export const total = (notices) => t("notices.found", { n: notices.length });
