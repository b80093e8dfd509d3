/** A time limit as a row of days: what each one is, and how many have gone. The calendar and the list both show these. */

import { localDate } from "../shared/i18n.js";
import { reasonOf } from "./why.js";

const DAY = 86_400_000;
const OFF = ["weekend", "festival", "own_day_off", "rolled_from"];

export const dayAfter = (date, n = 1) => new Date(Date.parse(`${date}T00:00:00Z`) + n * DAY).toISOString().slice(0, 10);

/** 0 for Monday to 6 for Sunday. */
export const placeInWeek = (date) => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The local date on which a clock ended, or null. */
export const endedOn = (clock) => (clock.ended_at && clock.state !== "running" ? localDate(new Date(clock.ended_at)) : null);

/** The festival that makes a day free, or for which it is worked; else "". A last day may be one that was moved on. */
function festivalOf({ code, detail }) {
  if (code === "festival" || code === "make_up_workday") return detail;
  return code === "rolled_from" && detail.startsWith("festival:") ? detail.slice("festival:".length) : "";
}

function dayOf(clock, today, { date, counted, why }, number, late) {
  const reason = reasonOf(why);
  const ended = endedOn(clock);
  return {
    date, counted, why, number: counted ? number : null, late, festival: festivalOf(reason), estimated: reason.estimated,
    off: !counted && OFF.includes(reason.code), worked: reason.code === "make_up_workday" || reason.code === "own_workday",
    extra: reason.code === "past_limit" || reason.code === "rolled_to",
    start: date === clock.started_on, due: date === clock.due_on, done: date === ended, today: date === today,
    gone: date <= (ended ?? today),
  };
}

/** Each day from the start to the due date, and on to the last late one: with its number among those that count. */
export function daysOf(clock, today) {
  const numbered = (days, late) => {
    let number = 0;
    return (Array.isArray(days) ? days : []).map((day) => dayOf(clock, today, day, day.counted ? (number += 1) : number, late));
  };
  return [...numbered(clock.days, false), ...numbered(clock.late_days, true)];
}

/** `{all, gone, left}` of the days that count within the limit. */
export function tally(days) {
  const counted = days.filter((day) => day.counted && !day.late);
  const gone = counted.filter((day) => day.gone).length;
  return { all: counted.length, gone, left: counted.length - gone };
}

/**
 * How many working days late, by the server's count: null when not late. 0 on days off right after the due date: it is
 * late then, in its first day, but no day of the list counts yet.
 */
export function daysLate({ overdue_days: late, late_days: days }) {
  if (!(late > 0)) return null;
  return days?.length && !days.some((day) => day.counted) ? 0 : late;
}
