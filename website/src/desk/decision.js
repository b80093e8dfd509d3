/** The head of a letter's page: what is asked of me and until when; and, after a move, what was done and what is next. */

import { h } from "../shared/dom.js";
import { dateText, t, word } from "../shared/i18n.js";
import { statusBadge } from "../letter/letter_parts.js";
import { nextAfter } from "./list.js";
import { hasDue, nearText } from "./near.js";
import { linkTo } from "./rows.js";

const flag = (key, on, tone = "warn") => (on ? h("b", { class: `tag ${tone}` }, t(`desk.${key}`)) : null);

/** The nearest limit that runs, of a letter that is not on my list. */
function nearest(letter) {
  const running = (letter.clocks ?? []).filter((clock) => clock.state === "running" && clock.due_on && clock.name !== "return");
  return running.sort((left, right) => left.due_on.localeCompare(right.due_on))[0] ?? null;
}

function dueLine(letter, entry, today) {
  const due = entry && hasDue(entry) ? entry : entry ? null : nearest(letter);
  if (!due) return entry ? h("p", { class: "near" }, nearText(entry, today)[1]) : null;
  const [tone, near] = nearText(due, today);
  const until = t(tone === "overdue" ? "desk.was_until" : "desk.until", { date: dateText(due.due_on) });
  return h("p", { class: `near ${tone}` }, h("strong", null, near), " ", h("span", null, until,
    due.provisional ? t("common.aside", { text: t("clock.provisional") }) : ""));
}

function asked(letter, entry) {
  if (entry) return word("asks", entry.waits_for);
  return letter.moves?.length ? t("desk.may_act") : t("move.idle");
}

/** `entry` is the letter's line on my own list, or null when it does not wait for me. */
export function decision(letter, entry, today) {
  const [tone] = entry ? nearText(entry, today) : ["calm"];
  return h("header", { class: `decision ${tone}` },
    h("h1", { class: "subject", dir: "auto", lang: letter.language }, letter.subject),
    h("p", { class: "marks" }, statusBadge(letter), flag("urgent", letter.urgent, "late"), flag("confidential", letter.keep_confidential),
      flag("supervised", letter.supervised), entry?.for ? h("b", { class: "tag" }, t("desk.for", { name: entry.for.name })) : null),
    h("p", { class: "asked" }, asked(letter, entry)), dueLine(letter, entry, today));
}

/** What was just done, and the next letter that waits. */
export function result(title, code, desk) {
  const next = desk.missing ? null : nextAfter(code, desk);
  return h("div", { class: "notice good result", role: "status" }, h("p", null, h("strong", null, t("move.done", { title }))),
    next ? [h("p", null, t("desk.next")), h("p", null, h("a", { class: "button secondary", href: linkTo(next.tracking_code) },
      h("span", null, next.subject, " ", h("small", null, t("common.aside", { text: nearText(next, desk.today)[1] })))))]
      : h("p", null, t(desk.missing ? "desk.see_below" : "desk.none_next")));
}
