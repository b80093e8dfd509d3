/** What happened to a letter, day by day, newest first: who comes back wants to see what is new. */

import { h, prose } from "../shared/dom.js";
import { dateText, localDate, t, timeText, word } from "../shared/i18n.js";

const dayOf = (entry) => (Number.isNaN(Date.parse(entry.at)) ? String(entry.at ?? "") : localDate(new Date(entry.at)));
const timeOf = (entry) => (Number.isNaN(Date.parse(entry.at)) ? "" : timeText(new Date(entry.at)));

/** The server's steps that are nobody's move: it pressed because a limit had passed. */
const tone = (entry) => (entry.move === "ladder_step" ? "pressing" : entry.move === "answer" ? "answering" : "");

/** A step tells itself in a sentence; one that came without shows the name of its move. */
function step(entry) {
  return h("li", { class: tone(entry) }, h("time", { datetime: entry.at }, timeOf(entry)),
    entry.text && entry.text !== entry.move ? prose(entry.text) : h("strong", null, word("moves", entry.move)));
}

export function timeline(entries) {
  if (!entries?.length) return h("p", { class: "quiet" }, t("follow.no_timeline"));
  const days = new Map();
  [...entries].reverse().forEach((entry) => days.set(dayOf(entry), [...(days.get(dayOf(entry)) ?? []), entry]));
  return h("ol", { class: "timeline" }, [...days].map(([date, steps]) =>
    h("li", { class: "of-day" }, h("h3", null, dateText(date)), h("ol", null, steps.map(step)))));
}
