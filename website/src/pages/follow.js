/** The page on which a writer follows a letter. Both codes travel in the path and a header, the query code never in a URL. */

import { getLetter, getUnits, postWriterMove } from "../shared/api.js";
import { clockCard } from "../letter/clocks.js";
import { facts, fill, focusOn, fragment, h } from "../shared/dom.js";
import { forget, forThisTab } from "../shared/drafts.js";
import { buildForm } from "../forms/form.js";
import { grouped, instantText, list, t, word } from "../shared/i18n.js";
import { answers, outcome, statusBadge, texts, timeline, unitNames } from "../letter/letter_parts.js";
import { movesOf, movesPanel } from "../letter/moves.js";
import { unitsOf } from "../shared/rulebook.js";
import { fieldsOf } from "../forms/schema.js";
import { loadFailure, loading, notice, startPage } from "../shared/shell.js";

const page = startPage();
const result = h("div", { class: "letter" });
let codes = null;
let names = new Map();

const long = (title, description) => ({ type: "string", title, description, maxLength: 5000, format: "textarea" });

/** The forms of the writer's moves: the contract fixes their fields, the page words them. */
const KNOWN = {
  supplement: { schema: { required: ["body"], properties: { body: long(t("writer_moves.supplement"), t("writer_moves.supplement_help")) } } },
  rate: {
    schema: {
      required: ["score"],
      properties: {
        score: { type: "integer", title: t("writer_moves.score"), oneOf: list("writer_moves.scores").map((title, index) => ({ const: index + 1, title })).reverse() },
        comment: long(t("writer_moves.comment"), ""),
      },
    },
  },
  reopen: { schema: { required: ["reason"], properties: { reason: long(t("writer_moves.reopen_reason"), "") } } },
  withdraw: { help: t("writer_moves.withdraw_help"), schema: { properties: {} } },
};

/** Full-width letters, spaces and dashes come from phone keyboards and from paper slips. */
function clean(code) {
  const plain = code.normalize("NFKC").replace(/\s+/g, "");
  const digits = plain.replace(/[-\u2010-\u2015\u2212]/g, "");
  return /^\d+$/.test(digits) ? digits : plain;
}

const form = buildForm(fieldsOf({
  required: ["tracking_code", "query_code"],
  properties: {
    tracking_code: { type: "string", title: t("follow.tracking_code") },
    query_code: { type: "string", title: t("follow.query_code"), description: t("follow.query_code_help") },
  },
}), { actions: [h("button", { type: "submit", class: "primary" }, t("follow.submit"))], onSubmit: ask });

form.element.querySelectorAll("input").forEach((input) => {
  for (const [name, value] of Object.entries({ autocapitalize: "off", autocorrect: "off", spellcheck: "false", class: "code-input" })) input.setAttribute(name, value);
});

function ask() {
  const faults = form.check();
  form.showErrors(faults);
  if (faults.length) return;
  const { tracking_code: trackingCode, query_code: queryCode } = form.read();
  codes = { trackingCode: clean(trackingCode), queryCode: clean(queryCode) };
  load();
}

async function load({ note = null, reopened = null } = {}) {
  fill(form.message, loading());
  form.disable(true);
  try {
    show(await getLetter(codes.trackingCode, codes.queryCode), { note, reopened });
    fill(form.message, null);
  } catch (error) {
    if (!error.kind) throw error;
    fill(result, null);
    formCard.hidden = false;
    fill(form.message, notice("bad", error.status === 404 ? t("follow.not_found") : loadFailure(error, "follow.locked")));
  } finally {
    form.disable(false);
  }
}

function other() {
  codes = null;
  forget(forThisTab);
  form.write({});
  fill(result, null);
  formCard.hidden = false;
  focusOn(form.element.querySelector("input"));
}

const card = (key, ...children) => h("section", { class: "card" }, h("h2", null, t(`follow.${key}`)), children);

function show(letter, { note = null, reopened = null } = {}) {
  formCard.hidden = true;
  const heading = h("h2", { class: "subject" }, letter.subject);
  // Somebody whose answer is overdue is not told that it will come in time.
  const late = (letter.clocks ?? []).some((clock) => clock.state === "running" && clock.overdue_days > 0);
  const hint = late ? t("follow.late") : word("status_hints", letter.status);
  const clocks = (letter.clocks ?? []).filter((clock) => clock.name !== "return");
  const moves = movesOf(letter.moves, KNOWN);
  const context = {
    letter,
    send: (move, values, guard) => postWriterMove(codes.trackingCode, codes.queryCode, move, values, guard),
    done: (title, answer) => (answer?.tracking_code ? show(answer, { note: t("move.done", { title }) }) : load({ note: t("move.done", { title }) })),
    stale: (move) => load({ reopened: move }),
    gone: () => load(),
  };
  fill(result, note ? notice("good", note) : null,
    h("section", { class: "card" }, heading, h("p", null, statusBadge(letter), hint === letter.status ? null : h("span", { class: "hint" }, hint)),
      facts([
        [t("follow.tracking_code"), h("span", { class: "mono" }, grouped(letter.tracking_code))],
        [t("follow.number"), letter.number ?? t("follow.no_number")],
        [t("follow.kind"), letter.kind_title ?? word("kinds", letter.kind)], [t("follow.received_at"), instantText(letter.received_at)],
        [t("follow.units"), unitNames(letter.units, names) || t("follow.no_units")], ...outcome(letter),
        [t("follow.rating"), letter.rating ? list("writer_moves.scores")[letter.rating - 1] : null],
      ]),
      h("div", { class: "actions" }, h("button", { type: "button", class: "secondary small", on: { click: () => load() } }, t("follow.refresh")),
        h("button", { type: "button", class: "link", on: { click: other } }, t("follow.other")))),
    card("answers", answers(letter.answers, names)),
    moves.length ? card("moves", movesPanel(moves, context, reopened)) : null,
    clocks.length ? card("clocks", clocks.map((clock) => clockCard(clock, { names, today: letter.today }))) : null,
    letter.texts?.length ? card("texts", texts(letter.texts, names)) : null, card("timeline", timeline(letter.timeline)));
  focusOn(reopened ? (result.querySelector("details[open] summary") ?? heading) : heading);
}

const formCard = h("div", { class: "card narrow" }, h("p", null, t("follow.lead")), form.element);
const prefill = fragment();
if (prefill && prefill !== "main") form.write({ tracking_code: grouped(prefill) });
fill(page, h("h1", null, t("follow.title")), formCard, result);

// Names are a nicety: without them the page shows what the letter itself says.
getUnits().then((answer) => { names = new Map(unitsOf(answer).units.map((each) => [each.const, each.title])); }, () => null);
