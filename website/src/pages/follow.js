/** The page on which a writer follows a letter. Both codes travel in the path and a header, the query code never in a URL. */

import { addedFiles } from "../files/added.js";
import { askForCodes } from "../letter/ask.js";
import { trackingOf } from "../letter/codes.js";
import { ownLetter } from "../letter/own_letter.js";
import { unfoldForPrint } from "../letter/paper.js";
import { doneText } from "../letter/writer_moves.js";
import { getLetter, getRulebook, getUnits, postWriterMove } from "../shared/api.js";
import { fill, focusOn, fragment, h } from "../shared/dom.js";
import { draft, forget, forThisTab } from "../shared/drafts.js";
import { t } from "../shared/i18n.js";
import { unitsOf } from "../shared/rulebook.js";
import { loadFailure, loading, notice, startPage } from "../shared/shell.js";

const page = startPage();
const title = document.title;
const result = h("div", { class: "letter" });
// Only which letter it was, only in this tab: the query code is kept nowhere.
const lately = draft(forThisTab, "follow");
let codes = null;
let names = new Map();
let asked = 0;
let uploads = null;
let asking = null;

const form = askForCodes((given) => { codes = given; load(); });
const intro = h("div", { class: "ask" }, h("h1", null, t("follow.title")), h("div", { class: "card narrow" }, h("p", null, t("follow.lead")), form.element));

/** What may be added to a letter; a page that cannot learn it does without files, and asks again next time. */
function limits() {
  asking ??= getRulebook().then((rulebook) => rulebook.uploads ?? null, () => { asking = null; return null; });
  return asking;
}

function failure(error) {
  if (error.status === 404) return t("follow.not_found");
  return loadFailure(error, "follow.locked");
}

/** `note` is shown above the letter; `reopened` names the move to show open again, because someone else was faster. */
async function load(more = {}) {
  asked += 1;
  const mine = asked;
  const place = result.hasChildNodes() ? result.querySelector(".letter-message") : form.message;
  fill(place, loading());
  form.disable(true);
  try {
    const letter = await getLetter(codes.trackingCode, codes.queryCode);
    uploads = await limits();
    if (mine === asked) show(letter, more);
  } catch (error) {
    if (!error.kind) throw error;
    if (mine === asked) failed(error, place);
  } finally {
    form.disable(false);
  }
}

/** A letter that is on the page stays there when it only could not be read again. */
function failed(error, place) {
  if (place !== form.message && ![404, 429].includes(error.status)) {
    fill(place, notice("bad", loadFailure(error)));
    return;
  }
  ask();
  fill(form.message, notice("bad", failure(error)));
}

function ask() {
  fill(result, null);
  intro.hidden = false;
  document.title = title;
}

function other() {
  codes = null;
  asked += 1;
  forget(forThisTab);
  form.write("");
  fill(form.message, null);
  ask();
  focusOn(form.first());
}

function actions() {
  const button = (text, click, tone) => h("button", { type: "button", class: tone, on: { click } }, text);
  return h("div", { class: "actions no-print" }, button(t("follow.refresh"), () => load(), "secondary small"),
    button(t("follow.print"), () => window.print(), "secondary small"), button(t("follow.other"), other, "link"));
}

function contextOf(letter) {
  return {
    letter,
    read: () => getLetter(codes.trackingCode, codes.queryCode),
    files: (kept, changed) => (uploads ? addedFiles(uploads, kept, changed) : null),
    send: (move, values, guard) => postWriterMove(codes.trackingCode, codes.queryCode, move, values, guard),
    done: (moved, answer, move) => (answer?.tracking_code ? show(answer, { note: doneText(move, moved) }) : load({ note: doneText(move, moved) })),
    stale: (move) => load({ reopened: move }),
    gone: () => load(),
  };
}

function show(letter, { note = null, reopened = null } = {}) {
  intro.hidden = true;
  fill(form.message, null);
  lately.write(letter.tracking_code);
  const { heading, parts } = ownLetter(letter, { names, context: contextOf(letter), reopened, actions: actions() });
  const said = note ? notice("good", note) : null;
  fill(result, h("div", { class: "letter-message", "aria-live": "polite" }, said), parts);
  document.title = `${letter.status_title ?? letter.status} · ${title}`;
  focusOn(said ?? (reopened ? (result.querySelector("details[open] summary") ?? heading) : heading));
}

const named = fragment();
form.write(trackingOf(named && named !== "main" ? named : (lately.read() ?? "")));
fill(page, intro, result);
unfoldForPrint(result);
if (named && named !== "main") form.first().focus({ preventScroll: true });

// Names are a nicety: without them the page shows what the letter itself says.
getUnits().then((answer) => { names = new Map(unitsOf(answer).units.map((each) => [each.const, each.title])); }, () => null);
