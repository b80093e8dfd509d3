/** One letter on the desk: first what is asked of me, then the letter, then the moves I may make, then everything else. */

import { getDesk, getDeskLetter, postDeskCode, postDeskMove } from "../shared/api.js";
import { clocksPanel } from "../letter/clocks.js";
import { card, fill, focusOn, h, prose } from "../shared/dom.js";
import { instantText, t } from "../shared/i18n.js";
import { attachedFiles } from "../files/attached.js";
import { answers, drafts, repeats, texts, timeline, wayOfAnswer } from "../letter/letter_parts.js";
import { movesOf, movesPanel } from "../letter/moves.js";
import { notice } from "../shared/shell.js";
import { actionBar } from "./action_bar.js";
import { decision, result } from "./decision.js";
import { particulars, signedSteps, writerCard } from "./particulars.js";
import { closeAll, keepOpen } from "./open_move.js";
import { formsCard } from "./printing.js";
import { belongsTo, ownDrafts } from "./session.js";
import { signatureField } from "./signature.js";
import { usualMoves } from "./usual_moves.js";

/** The letter and the desk it waits on; without the desk the letter is shown all the same. */
async function load(token, code) {
  const whole = (error) => (error.kind && error.status !== 401 ? { letters: [], missing: true } : Promise.reject(error));
  const [letter, desk] = await Promise.all([getDeskLetter(token, code), getDesk(token).catch(whole)]);
  return { letter, desk };
}

/** `read()` asks for the letter once more. */
function body(letter, read) {
  const own = (letter.texts ?? []).find((text) => text.purpose === "body");
  const files = attachedFiles(letter.attachments, read);
  if (!own && !files) return null;
  return card(t("desk.letter"), h("p", { class: "quiet" }, [instantText(letter.received_at), letter.source_title].filter(Boolean).join(" · ")),
    h("div", { class: "letter-body", dir: "auto", lang: letter.language }, own ? prose(own.body) : null), files);
}

/** What people wrote: the letter itself, then what stands for signature or was answered, then the rest. */
function words(letter, names, read) {
  const rest = (letter.texts ?? []).filter((text) => text !== (letter.texts ?? []).find((each) => each.purpose === "body"));
  return [
    letter.about_unsettled ? notice("warn", t("desk.about_unsettled")) : null, body(letter, read),
    rest.length ? card(t("desk.texts"), texts(rest, names)) : null,
    letter.drafts?.length ? card(t("desk.drafts"), wayOfAnswer(letter.approval), drafts(letter.drafts, names)) : null,
    letter.answers?.length ? card(t("follow.answers"), answers(letter.answers, names)) : null,
  ];
}

/**
 * Loads the letter and shows it in `page`, if it is still asked for then (`isCurrent`); `expired(error)` is called when the link
 * no longer holds.
 */
export async function openLetter(page, token, code, around, { made = null, reopened = null } = {}) {
  const { names, expired, isCurrent } = around;
  const { letter, desk } = await load(token, code);
  if (!isCurrent()) return;
  const again = (more) => openLetter(page, token, code, around, more).catch((error) => lost(error, more));
  const lost = (error, more) => {
    if (!error.kind) throw error;
    if (!isCurrent()) return;
    if (error.status === 401) { expired(error); return; }
    const failed = t(error.status === 404 ? "desk.not_found" : "errors.load");
    fill(page, back(), more.made ? result(more.made, code, desk) : notice("warn", failed));
    focusOn(page.querySelector("h1, .notice"));
  };
  const entry = desk.letters?.find((each) => each.tracking_code === letter.tracking_code) ?? null;
  const moves = movesOf(letter.moves);
  if (desk.contact) belongsTo(desk.contact);
  const context = {
    letter, usual: usualMoves(entry, moves), drafts: desk.contact ? ownDrafts(desk.contact) : null,
    send: (move, values, guard) => postDeskMove(token, code, move, values, guard),
    askCode: (move) => postDeskCode(token, code, move), signature: signatureField,
    done: (title) => { closeAll(); return again({ made: title }); },
    stale: (move) => again({ reopened: move }),
    gone: (error) => (error.status === 401 ? expired(error) : again({})),
  };
  const panel = h("div", null, h("p", { class: "quiet" }, t(moves.length ? "desk.keeping" : "move.idle")), movesPanel(moves, context, reopened));
  const open = keepOpen(panel, letter.tracking_code);
  document.title = t("desk.letter_title", { subject: letter.subject });
  fill(page, back(), made ? result(made, code, desk) : null, decision(letter, entry, desk.today ?? letter.today),
    h("div", { class: "desk-columns" },
      h("div", { class: "read" }, words(letter, names, () => getDeskLetter(token, code)), writerCard(letter.writer, letter.keep_confidential)),
      h("div", { class: "act" }, h("section", { class: "card", id: "moves" }, h("h2", null, t("desk.moves")), panel)),
      h("div", { class: "more" },
        particulars(letter, names), signedSteps(letter.signed_steps),
        letter.clocks?.length ? card(t("follow.clocks"), clocksPanel(letter.clocks, { names, today: desk.today ?? letter.today })) : null,
        letter.repeats?.length ? card(t("desk.repeats"), repeats(letter.repeats)) : null,
        card(t("follow.timeline"), timeline(letter.timeline)), formsCard(token, letter.tracking_code))),
    actionBar(panel, context.usual));
  focusOn(reopened ? page.querySelector(".moves") : open ? open.querySelector("summary") : page.querySelector(made ? ".result" : "h1"));
}

export function back() {
  return h("p", { class: "back" }, h("a", { href: "#/" }, `‹ ${t("desk.back")}`));
}
