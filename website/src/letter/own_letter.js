/** A letter as its writer reads it: where it is, the answer, what they can do, how the time is counted, what happened. */

import { attachedFiles } from "../files/attached.js";
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import { grouped, instantText, list, localDate, t, word } from "../shared/i18n.js";
import { clocksPanel } from "./clocks.js";
import { answers, spokenIn, statusBadge, texts } from "./letter_parts.js";
import { movesPanel } from "./moves.js";
import { explained, standing, whatNext } from "./standing.js";
import { timeline } from "./timeline.js";
import { writerMoves } from "./writer_moves.js";

const GIVEN = ["answered", "closed", "merged"];

const part = (name, title, ...children) => h("section", { class: `card ${name}` }, h("h2", null, title), children);

function meta(letter) {
  const parts = [
    letter.kind_title ?? word("kinds", letter.kind), letter.number,
    t("follow.meta_received", { at: instantText(letter.received_at) }),
  ];
  return h("p", { class: "letter-meta" }, parts.filter(Boolean).join(" · "), h("br"),
    t("common.labelled", { label: t("follow.tracking_code"), value: "" }), h("span", { class: "mono" }, grouped(letter.tracking_code)));
}

function answerCard(letter, names) {
  if (!letter.answers?.length) return null;
  return part("answers", t(GIVEN.includes(letter.status) ? "follow.answers" : "follow.earlier_answers"), answers(letter.answers, names),
    letter.rating ? h("p", { class: "rated" }, t("follow.rated", { score: list("writer_moves.scores")[letter.rating - 1] })) : null);
}

/** A question of the unit's that the writer has not answered, or else why it is late: the last thing it said to them. */
function lastWord(letter) {
  const said = [...(letter.texts ?? [])].reverse();
  const latest = said.find((each) => each.purpose === "question" || (each.purpose === "supplement" && each.author === "writer"));
  if (latest?.purpose === "question" && letter.moves?.some((each) => each.move === "supplement")) return latest;
  return explained(letter) ? said.find((each) => each.purpose === "reason" && each.author !== "writer") ?? null : null;
}

const wordCard = (text, names) => (text ? part("last-word", t(text.purpose === "question" ? "follow.asked" : "follow.explained"), texts([text], names)) : null);

function movesCard(letter, context, reopened, question) {
  const moves = writerMoves(letter.moves);
  if (moves.length === 0 && !reopened) return null;
  const rate = moves.some((each) => each.move === "rate");
  const opened = rate ? "rate" : question ? "supplement" : null;
  return part("my-moves no-print", t(rate ? "follow.rate_now" : "follow.moves"), movesPanel(moves, { ...context, opened }, reopened));
}

function nextCard(letter) {
  const next = whatNext(letter, config.office);
  return next ? part("after", t("follow.ended"), next, h("p", { class: "no-print" }, h("a", { href: "write.html" }, t("receipt.another")))) : null;
}

function textsCard(letter, names, read) {
  const files = attachedFiles(letter.attachments, read);
  return letter.texts?.length || files ? part("my-texts", t("follow.texts"), texts(letter.texts ?? [], names), files) : null;
}

/** Under a printed letter: whose it is, and when it was printed. */
function printedBy({ name, phone }) {
  const parts = [t("brand"), name, phone, t("follow.printed", { at: instantText(new Date().toISOString()) })];
  return h("p", { class: "print-only" }, parts.filter(Boolean).join(" · "));
}

/** `context` as `movesPanel` takes it; `actions` are the buttons beside the heading's card. Returns `{heading, parts}`. */
export function ownLetter(letter, { names, context, reopened, actions }) {
  const today = letter.today ?? localDate(new Date());
  const heading = h("h1", { class: "subject", lang: spokenIn(letter.subject) }, letter.subject);
  // A window in which a unit may give a letter back binds nobody the writer waits for.
  const clocks = (letter.clocks ?? []).filter((clock) => clock.name !== "return");
  const said = lastWord(letter);
  const parts = [
    h("section", { class: "card top" }, h("p", { class: "badges" }, statusBadge(letter)), heading, meta(letter), standing(letter, { names, today }), actions),
    nextCard(letter), wordCard(said, names), answerCard(letter, names), movesCard(letter, context, reopened, said?.purpose === "question"),
    clocks.length ? part("clocks", t("follow.clocks"), clocksPanel(clocks, { names, today })) : null,
    h("section", { class: "card happened" }, h("h2", null, t("follow.timeline"), " ", h("span", { class: "quiet" }, t("follow.newest_first"))),
      timeline(letter.timeline)),
    textsCard(letter, names, context.read), printedBy(config.office),
  ];
  return { heading, parts };
}
