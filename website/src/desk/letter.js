/** One letter on the desk: what this contact may see of it, and the moves it may make. */

import { getDeskLetter, postDeskCode, postDeskMove } from "../shared/api.js";
import { clockCard } from "../letter/clocks.js";
import { facts, fill, focusOn, h, prose } from "../shared/dom.js";
import { dateText, grouped, instantText, t, word } from "../shared/i18n.js";
import { answers, drafts, outcome, repeats, statusBadge, texts, timeline, unitNames, wayOfAnswer } from "../letter/letter_parts.js";
import { movesOf, movesPanel } from "../letter/moves.js";
import { unitName } from "../shared/rulebook.js";
import { formsCard } from "./printing.js";
import { notice } from "../shared/shell.js";

const card = (title, ...children) => h("section", { class: "card" }, h("h2", null, title), children);
const flag = (key, on) => (on ? h("b", { class: "tag warn" }, t(`desk.${key}`)) : null);

function particulars(letter, names) {
  return facts([
    [t("desk.number"), letter.number ?? t("desk.no_number")], [t("desk.tracking_code"), h("span", { class: "mono" }, grouped(letter.tracking_code))],
    [t("desk.kind"), letter.kind_title ?? word("kinds", letter.kind)], [t("desk.field"), letter.field], [t("desk.region"), letter.region],
    [t("desk.complexity"), letter.complexity ? word("complexities", letter.complexity) : null],
    [t("desk.received_at"), letter.received_at && instantText(letter.received_at)],
    [t("desk.sensitivity"), letter.sensitivity && letter.sensitivity !== "general" ? word("sensitivities", letter.sensitivity) : null],
    [t("desk.disposition"), letter.disposition ? word("dispositions", letter.disposition) : null],
    [t("desk.source"), letter.source_title ?? (letter.source ? word("sources", letter.source) : null)],
    [t("desk.source_number"), letter.source_number],
    [t("desk.units"), unitNames(letter.units, names)], ...outcome(letter), [t("desk.about"), aboutText(letter.about, names)],
    [t("desk.publish_consent"), typeof letter.publish_consent === "boolean" ? t(letter.publish_consent ? "common.yes" : "common.no") : null],
  ]);
}

function aboutText(about, names) {
  return (Array.isArray(about) ? about : []).map((each) => (typeof each === "object" ? each.text ?? unitName(each.unit ?? each, names) : unitName(each, names))).filter(Boolean).join(t("common.list"));
}

function writerCard(writer) {
  if (!writer) return card(t("desk.writer"), h("p", { class: "quiet" }, t("desk.writer_hidden")));
  return card(t("desk.writer"), facts(["name", "phone", "email", "address"].map((name) => [t(`write.${name}`), writer[name]])));
}

function dueLine(letter) {
  const running = (letter.clocks ?? []).filter((clock) => clock.state === "running" && clock.due_on && clock.name !== "return");
  const first = running.sort((left, right) => left.due_on.localeCompare(right.due_on))[0];
  if (!first) return null;
  return h("span", { class: "hint" }, word("clocks", first.name), " · ", t("clock.due"), " ", dateText(first.due_on),
    first.provisional ? t("common.aside", { text: t("clock.provisional") }) : "");
}

/** Loads the letter and shows it in `page`; `expired()` is called when the link no longer holds. */
export async function openLetter(page, token, code, { names, expired }, { note = null, reopened = null } = {}) {
  const letter = await getDeskLetter(token, code);
  const again = (more) => openLetter(page, token, code, { names, expired }, more)
    .catch((error) => (error.status === 401 ? expired() : Promise.reject(error)))
    .catch((error) => { if (!error.kind) throw error; fill(page, back(), note ? notice("good", note) : null, notice("warn", error.status === 404 ? (more.note ?? t("desk.not_found")) : t("errors.load"))); });
  const context = {
    letter,
    send: (move, values, guard) => postDeskMove(token, code, move, values, guard),
    askCode: (move) => postDeskCode(token, code, move),
    done: (title) => again({ note: t("move.done", { title }) }),
    stale: (move) => again({ reopened: move }),
    gone: (error) => (error.status === 401 ? expired() : again({})),
  };
  const moves = movesOf(letter.moves);
  const body = letter.body ? card(t("desk.letter"), prose(letter.body)) : null;
  fill(page, back(), note ? notice("good", note) : null,
    h("h1", { class: "subject" }, letter.subject),
    h("p", null, statusBadge(letter), flag("urgent", letter.urgent), flag("confidential", letter.keep_confidential), flag("supervised", letter.supervised), dueLine(letter)),
    h("div", { class: "desk-columns" },
      h("div", null, body, letter.texts?.length ? card(t("desk.texts"), texts(letter.texts, names)) : null, letter.drafts?.length ? card(t("desk.drafts"), wayOfAnswer(letter.approval), drafts(letter.drafts, names)) : null,
        letter.answers?.length ? card(t("follow.answers"), answers(letter.answers, names)) : null,
        letter.repeats?.length ? card(t("desk.repeats"), repeats(letter.repeats)) : null),
      h("div", { class: "act" },
        card(t("desk.moves"), moves.length ? movesPanel(moves, context, reopened) : h("p", { class: "quiet" }, t("move.idle"))),
        card(t("desk.particulars"), particulars(letter, names)), writerCard(letter.writer)),
      h("div", null,
        letter.clocks?.length ? card(t("follow.clocks"), letter.clocks.map((clock) => clockCard(clock, { names, today: letter.today }))) : null,
        card(t("follow.timeline"), timeline(letter.timeline)),
        formsCard(token, letter.tracking_code))));
  focusOn(page.querySelector(reopened ? ".moves" : "h1"));
}

function back() {
  return h("p", { class: "back" }, h("a", { href: "#/" }, `‹ ${t("desk.back")}`));
}
