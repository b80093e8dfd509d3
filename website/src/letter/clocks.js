/** A time limit with its receipt: when it falls due, and how each day was counted, as a calendar and as a list. */

import { facts, h } from "../shared/dom.js";
import { dateText, instantText, limitText, localDate, shortDate, t, weekdayText, word } from "../shared/i18n.js";
import { unitName } from "../shared/rulebook.js";
import { calendar } from "./calendar.js";
import { daysLate, daysOf, tally } from "./days.js";
import { whyText } from "./why.js";

/** `overdue` for a running clock past its date, else the clock's own state. The server's count goes before our date. */
function clockState(clock, today) {
  if (clock.state !== "running") return clock.state;
  const late = clock.overdue_days === undefined ? Boolean(clock.due_on) && clock.due_on < today : clock.overdue_days > 0;
  return late ? "overdue" : "running";
}

function limitWithGrant({ limit, granted }) {
  return granted > 0 ? t("clock.granted", { limit: limitText(limit), n: granted }) : limitText(limit);
}

function countedText(day) {
  if (!day.counted) return t("clock.not_counted");
  return t(day.late ? "clock.late_nth" : "clock.counted", { n: day.number });
}

function dayTable(days) {
  const tag = (on, key, tone = "") => (on ? [" ", h("strong", { class: `tag ${tone}` }, t(key))] : null);
  const row = (day) => h("tr", { class: `${day.counted ? "counted" : "uncounted"}${day.due ? " due" : ""}${day.late ? " late" : ""}` },
    h("th", { scope: "row" }, shortDate(day.date), " ", h("span", { class: "weekday" }, weekdayText(day.date))),
    h("td", null, countedText(day)),
    h("td", null, whyText(day.why), tag(day.due, "clock.due_row", "warn"), tag(day.done, "calendar.done"), tag(day.today, "calendar.today")));
  return h("table", { class: "days" }, h("caption", { class: "visually-hidden" }, t("clock.days")),
    h("thead", null, h("tr", null, ["date", "counted", "why"].map((name) => h("th", { scope: "col" }, t(`clock.col_${name}`))))),
    h("tbody", null, days.map(row)));
}

/** How it stands or how it ended, in one sentence; null where the facts say it all. */
function endingText(clock, state) {
  if (state === "overdue") {
    const late = daysLate(clock);
    return late ? t("clock.overdue_by", { n: late }) : t("clock.running_overdue", { date: shortDate(clock.due_on) });
  }
  if (!clock.ended_at || state === "running") return null;
  return t(`clock.${state === "met" || state === "breached" ? state : "stopped"}`, { at: instantText(clock.ended_at) });
}

function usedText(clock, days) {
  const { all, gone, left } = tally(days);
  if (clock.state !== "running" || all < 2 || !["working_days", "calendar_days"].includes(clock.limit?.counted_in)) return null;
  if (clock.overdue_days > 0) return null;
  return t(left ? "clock.used" : "clock.used_up", { all: limitText({ ...clock.limit, number: all }), gone, left });
}

/** By which notice the days were counted: `cn-2025-11-04.d8b6ca` was published on 4 November 2025. */
function calendarText(version) {
  const published = /\d{4}-\d{2}-\d{2}/.exec(version);
  return t("clock.calendar", { version: published ? dateText(published[0], "plain_date") : version });
}

function receipt(clock, days, open) {
  if (days.length === 0) return null;
  const table = h("details", { class: "receipt day-list" }, h("summary", null, t("clock.list")), h("div", { class: "day-rows" }, dayTable(days)));
  const by = clock.calendar_version ? h("p", { class: "quiet" }, calendarText(clock.calendar_version)) : null;
  if (open) return [h("h4", { class: "how" }, t("clock.days")), calendar(days), by, table];
  return h("details", { class: "receipt" }, h("summary", null, t("clock.days")), calendar(days), by, table);
}

function bodyOf(clock, state, { names, open, today }) {
  const due = clock.due_on ? dateText(clock.due_on) : null;
  const days = daysOf(clock, today);
  const ending = endingText(clock, state);
  const used = usedText(clock, days);
  // What has ended does not move any more, whatever is announced.
  const awaited = clock.provisional && clock.state === "running";
  return [
    ending ? h("p", { class: `ending ${state}` }, ending) : null,
    facts([
      [t("clock.due"), due && h("span", { class: "due-date" }, due, awaited ? h("b", { class: "tag warn" }, t("clock.provisional")) : null)],
      [t("clock.limit"), limitWithGrant(clock)],
      [t("clock.started"), clock.started_on && dateText(clock.started_on)],
      [t("clock.unit"), clock.unit_name ?? unitName(clock.unit, names)],
      [t("clock.clause"), clock.clause],
    ]),
    used ? h("p", { class: "used" }, used) : null,
    awaited ? h("p", { class: "provisional" }, t("clock.provisional_text")) : null,
    receipt(clock, days, open),
  ];
}

const stateTag = (state) => h("span", { class: `state ${state}` }, word("clock_states", state));
const titleOf = (clock) => clock.title ?? word("clocks", clock.name);

/** One clock. `open` shows its days at once. */
export function clockCard(clock, { names, open = false, today = localDate(new Date()) } = {}) {
  const state = clockState(clock, today);
  return h("section", { class: `clock ${state}` }, h("h3", null, titleOf(clock), " ", stateTag(state)), bodyOf(clock, state, { names, open, today }));
}

/** A clock that has ended, folded: its result in one line. */
function foldedClock(clock, { names, today }) {
  const late = daysLate(clock);
  const result = [
    clock.unit_name ?? unitName(clock.unit, names),
    late ? t("clock.late_by", { n: late }) : null,
    clock.due_on ? t("clock.was_due", { date: shortDate(clock.due_on) }) : null,
  ].filter(Boolean).join(t("common.comma"));
  return h("details", { class: `clock folded ${clock.state}` },
    h("summary", null, h("h3", null, titleOf(clock), " ", stateTag(clock.state), " ", h("span", { class: "quiet" }, result))),
    bodyOf(clock, clock.state, { names, open: true, today }));
}

/** All clocks of a letter: the one due next with its days open, others that run, and ended ones folded below, newest first. */
export function clocksPanel(clocks, context) {
  const running = clocks.filter((clock) => clock.state === "running").sort((one, other) => String(one.due_on).localeCompare(String(other.due_on)));
  const ended = clocks.filter((clock) => clock.state !== "running").reverse();
  return [running.map((clock, place) => clockCard(clock, { ...context, open: place === 0 })), ended.map((clock) => foldedClock(clock, context))];
}
