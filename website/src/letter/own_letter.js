/** A letter as its writer reads it: where it is, the answer, what they can do, how the time is counted, what happened. */

import { fileList } from "./attached.js";
import { config } from "../shared/config.js";
import { h } from "../shared/dom.js";
import { grouped, instantText, list, localDate, t, word } from "../shared/i18n.js";
import { clocksPanel } from "./clocks.js";
import { answers, statusBadge, texts } from "./letter_parts.js";
import { movesPanel } from "./moves.js";
import { standing, whatNext } from "./standing.js";
import { timeline } from "./timeline.js";
import { writerMoves } from "./writer_moves.js";

const card = (name, title, ...children) => h("section", { class: `card ${name}` }, h("h2", null, title), children);

function meta(letter) {
  const parts = [
    letter.kind_title ?? word("kinds", letter.kind), letter.number ?? t("follow.no_number"),
    t("follow.meta_received", { at: instantText(letter.received_at) }),
  ];
  return h("p", { class: "letter-meta" }, parts.join(" · "), h("br"),
    t("common.labelled", { label: t("follow.tracking_code"), value: "" }), h("span", { class: "mono" }, grouped(letter.tracking_code)));
}

function answerCard(letter, names) {
  if (!letter.answers?.length) return null;
  return card("answers", t("follow.answers"), answers(letter.answers, names),
    letter.rating ? h("p", { class: "rated" }, t("follow.rated", { score: list("writer_moves.scores")[letter.rating - 1] })) : null);
}

function movesCard(letter, context, reopened) {
  const moves = writerMoves(letter.moves);
  if (moves.length === 0 && !reopened) return null;
  const rate = moves.some((each) => each.move === "rate");
  return card("my-moves no-print", t(rate ? "follow.rate_now" : "follow.moves"), movesPanel(moves, { ...context, opened: rate ? "rate" : null }, reopened));
}

function nextCard(letter) {
  const next = whatNext(letter, config.office);
  return next ? card("after", t("follow.ended"), next, h("p", { class: "no-print" }, h("a", { href: "write.html" }, t("nav.write")))) : null;
}

function textsCard(letter, names) {
  const files = fileList(letter.attachments);
  return letter.texts?.length || files ? card("my-texts", t("follow.texts"), texts(letter.texts ?? [], names), files) : null;
}

/** `context` as `movesPanel` takes it; `actions` are the buttons beside the heading's card. Returns `{heading, parts}`. */
export function ownLetter(letter, { names, context, reopened, actions }) {
  const today = letter.today ?? localDate(new Date());
  const heading = h("h1", { class: "subject" }, letter.subject);
  // A window in which a unit may give a letter back binds nobody the writer waits for.
  const clocks = (letter.clocks ?? []).filter((clock) => clock.name !== "return");
  const parts = [
    h("section", { class: "card top" }, h("p", { class: "badges" }, statusBadge(letter)), heading, meta(letter), standing(letter, { names, today }), actions),
    nextCard(letter), answerCard(letter, names), movesCard(letter, context, reopened),
    clocks.length ? card("clocks", t("follow.clocks"), clocksPanel(clocks, { names, today })) : null,
    h("section", { class: "card happened" }, h("h2", null, t("follow.timeline"), " ", h("span", { class: "quiet" }, t("follow.newest_first"))), timeline(letter.timeline)),
    textsCard(letter, names),
    h("p", { class: "print-only" }, t("follow.printed", { at: instantText(new Date().toISOString()) })),
  ];
  return { heading, parts };
}
