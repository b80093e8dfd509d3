/** Where a letter is, who has it, and by when there will be an answer: what its writer wants to know before all else. */

import { h } from "../shared/dom.js";
import { dateText, list, localDate, t, word } from "../shared/i18n.js";
import { unitName } from "../shared/rulebook.js";
import { daysLate, daysOf, endedOn, tally } from "./days.js";

/** Which of `standing.steps` is under way; past the last one when all are done. */
const STEPS = { received: 1, accepted: 1, referred: 2, assigned: 2, in_approval: 3, answered: 4, closed: 4 };
/** Of the clocks that run at once, the one that binds whoever has the letter now. */
const BINDING = {
  received: ["triage"], accepted: ["triage", "handle"], referred: ["triage", "handle"], assigned: ["redo", "handle"],
  in_approval: ["redo", "handle", "approval"],
};

const dayText = (date, today) => dateText(date, date.slice(0, 4) === today.slice(0, 4) ? "day" : "long_day");

function leadOf(letter, names) {
  const units = Array.isArray(letter.units) ? letter.units : [];
  return unitName(units.find((each) => each.lead) ?? units[0], names);
}

/** The running clock that says until when the writer has to wait, or null. */
function bindingClock(letter) {
  const running = (letter.clocks ?? []).filter((clock) => clock.state === "running" && clock.due_on);
  const lead = (letter.units ?? []).find((each) => each.lead)?.id;
  for (const name of BINDING[letter.status] ?? []) {
    const found = running.filter((clock) => clock.name === name);
    if (found.length) return found.find((clock) => clock.unit === lead) ?? found[0];
  }
  return null;
}

function waiting(letter, clock, { unit, today }) {
  const where = clock?.name === "redo" ? "redo" : letter.status;
  const who = unit || t("standing.centre");
  if (!clock) return t(`standing.${where}`, { unit: who });
  const due = dayText(clock.due_on, today);
  const late = daysLate(clock);
  if (late === null) return t(`standing.${where}_due`, { unit: who, due });
  return t(`standing.${where}_late`, { unit: who, due, how: late ? t("standing.late_by", { n: late }) : t("standing.late_since") });
}

/** Which clock the last answer ended: it tells whether that came in time. */
function answeredClock(letter) {
  const done = (letter.clocks ?? []).filter((clock) => ["redo", "handle"].includes(clock.name) && ["met", "breached"].includes(clock.state));
  return done.sort((one, other) => String(one.ended_at).localeCompare(String(other.ended_at))).pop();
}

function inTime(late) {
  if (late === null) return t("standing.answered_in_time");
  return late ? t("standing.answered_late", { n: late }) : t("standing.answered_after");
}

function answered(letter, { unit, today, names }) {
  const answer = [...(letter.answers ?? [])].pop();
  if (!answer) return t(`standing.${letter.status}`);
  const clock = answeredClock(letter);
  const by = answer.in_name_of ?? (unitName(answer.unit, names) || unit || t("standing.centre"));
  const at = dayText(answer.at ? localDate(new Date(answer.at)) : endedOn(clock ?? {}) ?? today, today);
  return t("standing.answered_by", { unit: by, at, how: clock ? inTime(daysLate(clock)) : "" });
}

function sentence(letter, clock, context) {
  if (letter.status in BINDING) return waiting(letter, clock, context);
  if (["answered", "closed"].includes(letter.status)) return answered(letter, context);
  const ended = `standing.${letter.status}`;
  if (letter.status === "forwarded" && letter.forwarded_to) return t("standing.forwarded_to", { unit: letter.forwarded_to });
  const text = t(ended);
  return text === ended ? (letter.status_title ?? letter.status) : text;
}

function howLong(clock, today) {
  if (!clock || clock.overdue_days > 0) return null;
  if (clock.due_on === today) return t("standing.today");
  if (!["working_days", "calendar_days"].includes(clock.limit?.counted_in)) return null;
  const { left } = tally(daysOf(clock, today));
  return left > 0 ? t(`standing.left_${clock.limit.counted_in}`, { n: left }) : null;
}

/** Whether the unit told the writer why it is late: explained is not excused. */
export function explained(letter) {
  const clock = bindingClock(letter);
  return clock?.overdue_days > 0 && (letter.timeline ?? []).some((each) => each.move === "explain_delay" && each.at.slice(0, 10) > clock.started_on);
}

function more(letter, clock, { names, today, unit }) {
  const others = (letter.units ?? []).filter((each) => !each.lead).map((each) => unitName(each, names));
  const late = clock && clock.overdue_days > 0;
  return [
    howLong(clock, today),
    clock?.provisional ? t("clock.provisional_text") : null,
    late ? t(explained(letter) ? "standing.late_explained" : "standing.late", { unit: unit || t("standing.centre") }) : null,
    ["received", "accepted"].includes(letter.status) ? t("standing.then") : null,
    others.length && letter.status in BINDING ? t("standing.with", { units: others.join(t("common.list")) }) : null,
  ].filter(Boolean);
}

function steps(letter) {
  const now = STEPS[letter.status];
  if (now === undefined) return null;
  const state = (place) => (place < now ? "done" : place === now ? "now" : "ahead");
  const item = (title, place) => h("li", { class: state(place), "aria-current": place === now ? "step" : null },
    title, place < now ? h("span", { class: "visually-hidden" }, " ", t("standing.step_done")) : null);
  return h("ol", { class: "way", "aria-label": t("standing.way") }, list("standing.steps").map(item));
}

/** The sentence, what belongs to it, and the steps of the way. `tone` is late, wait, good or ended. */
export function standing(letter, { names, today }) {
  const clock = bindingClock(letter);
  const context = { names, today, unit: leadOf(letter, names) };
  const ended = ["answered", "closed"].includes(letter.status) ? "good" : "ended";
  const tone = clock?.overdue_days > 0 ? "late" : clock || letter.status in BINDING ? "wait" : ended;
  return h("div", { class: `standing ${tone}` },
    h("p", { class: "sentence" }, sentence(letter, clock, context), clock?.provisional ? [" ", h("b", { class: "tag warn" }, t("clock.provisional"))] : null),
    more(letter, clock, context).map((text) => h("p", null, text)), steps(letter));
}

/** What the end of a letter without an answer means for its writer, and what they can do next. */
export function whatNext(letter, office) {
  const { declined } = letter;
  const text = word("after", letter.status);
  if (text === letter.status) return null;
  return h("div", { class: "next" },
    declined ? h("p", null, t("after.ground", { text: declined.text }), declined.clause ? t("common.aside", { text: declined.clause }) : null) : null,
    h("p", null, text),
    office.phone ? h("p", null, t("after.office", { name: office.name || t("standing.centre"), phone: office.phone })) : null);
}
