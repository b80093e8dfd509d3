/** A time limit with its receipt: when it falls due, and how each day was counted. */

import { facts, h } from "../shared/dom.js";
import { dateText, instantText, limitText, localDate, shortDate, t, weekdayText, word } from "../shared/i18n.js";
import { unitName } from "../shared/rulebook.js";

const ESTIMATED = "estimated_";

/**
 * Why a day counts or not, in words. A code is `[estimated_]code[:detail]`; the detail is a name (`festival:春节`) or
 * again a code (`rolled_from:weekend`). Festivals are in the reader's words; what is unknown is shown as it is.
 */
export function whyText(why) {
  const text = String(why ?? "");
  if (text.startsWith(ESTIMATED)) {
    const known = whyText(text.slice(ESTIMATED.length));
    return known === text.slice(ESTIMATED.length) ? text : t("why.estimated", { why: known });
  }
  const [code, detail] = text.split(/:(.*)/s);
  const known = word("why", code);
  if (known === code) return word("festivals", text);
  if (!detail) return known;
  const named = word("why", `${code}_named`);
  return named === `${code}_named` ? known : t(`why.${code}_named`, { name: whyText(detail) });
}

/** `overdue` for a running clock past its date, else the clock's own state. The server's count goes before our date. */
function clockState(clock, today) {
  if (clock.state !== "running") return clock.state;
  const late = clock.overdue_days === undefined ? Boolean(clock.due_on) && clock.due_on < today : clock.overdue_days > 0;
  return late ? "overdue" : "running";
}

function limitWithGrant({ limit, granted }) {
  return granted > 0 ? t("clock.granted", { limit: limitText(limit), n: granted }) : limitText(limit);
}

function dayTable(clock) {
  let count = 0;
  const row = ({ date, counted, why }) => {
    if (counted) count += 1;
    const due = date === clock.due_on;
    return h("tr", { class: `${counted ? "counted" : "uncounted"}${due ? " due" : ""}` },
      h("th", { scope: "row" }, shortDate(date), " ", h("span", { class: "weekday" }, weekdayText(date))),
      h("td", null, counted ? t("clock.counted", { n: count }) : t("clock.not_counted")),
      h("td", null, whyText(why), due ? [" ", h("strong", { class: "tag" }, t("clock.due_row"))] : null));
  };
  return h("table", { class: "days" },
    h("thead", null, h("tr", null, ["date", "counted", "why"].map((name) => h("th", { scope: "col" }, t(`clock.col_${name}`))))),
    h("tbody", null, clock.days.map(row)));
}

function ending(clock, state) {
  if (state === "overdue") {
    return clock.overdue_days > 0 ? t("clock.overdue_by", { n: clock.overdue_days }) : t("clock.running_overdue", { date: shortDate(clock.due_on) });
  }
  if (!clock.ended_at || state === "running") return null;
  return t(`clock.${state === "met" || state === "breached" ? state : "stopped"}`, { at: instantText(clock.ended_at) });
}

/** By which notice the days were counted: `cn-2025-11-04.d8b6ca` was published on 4 November 2025. */
function calendarText(version) {
  const published = /\d{4}-\d{2}-\d{2}/.exec(version);
  return t("clock.calendar", { version: published ? dateText(published[0]) : version });
}

/** One clock. `open` shows the day table at once. */
export function clockCard(clock, { names, open = false, today = localDate(new Date()) } = {}) {
  const state = clockState(clock, today);
  const due = clock.due_on ? dateText(clock.due_on) : null;
  const body = [
    facts([
      [t("clock.due"), due && h("span", { class: "due-date" }, due, clock.provisional ? h("b", { class: "tag warn" }, t("clock.provisional")) : null)],
      [t("clock.limit"), limitWithGrant(clock)],
      [t("clock.started"), clock.started_on && dateText(clock.started_on)],
      [t("clock.unit"), clock.unit_name ?? unitName(clock.unit, names)],
      [t("clock.clause"), clock.clause],
    ]),
    ending(clock, state) ? h("p", { class: `ending ${state}` }, ending(clock, state)) : null,
    clock.provisional ? h("p", { class: "provisional" }, t("clock.provisional_text")) : null,
  ];
  const days = Array.isArray(clock.days) && clock.days.length > 0
    ? h("details", { class: "receipt", open }, h("summary", null, t("clock.days")), dayTable(clock),
      clock.calendar_version ? h("p", { class: "quiet" }, calendarText(clock.calendar_version)) : null)
    : null;
  return h("section", { class: `clock ${state}` },
    h("h3", null, clock.title ?? word("clocks", clock.name), " ", h("span", { class: `state ${state}` }, word("clock_states", state))), body, days);
}
