/**
 * The moves someone may make on a letter: each a short form from its JSON Schema, a look over what was filled in, and
 * then the sending. What was typed is kept in the tab until it has been sent, also when someone else was faster.
 */

import { equipped, keepable, SECRET, told } from "./move_fields.js";
import { attemptAfter, attemptFor } from "../shared/attempt.js";
import { facts, fill, focusOn, h, prose } from "../shared/dom.js";
import { draft, forThisTab } from "../shared/drafts.js";
import { buildForm } from "../forms/form.js";
import { t, word } from "../shared/i18n.js";
import { fieldsOf } from "../forms/schema.js";
import { notice, sendFailure } from "../shared/shell.js";

const EMPTY = { type: "object", properties: {} };

/** Moves as `{move, title, schema, help?}`, from objects or from plain names; `known` gives some their own form. */
export function movesOf(moves, known = {}) {
  return (Array.isArray(moves) ? moves : []).map((each) => {
    const item = typeof each === "string" ? { move: each } : each;
    return { schema: EMPTY, ...item, ...known[item.move], title: item.title ?? word("moves", item.move) };
  });
}

/** Where what is typed for a move is kept: in the tab, unless `drafts` says where else. */
function draftOf({ letter, drafts }, move) {
  return draft(drafts?.store ?? forThisTab, `${drafts?.prefix ?? ""}move.${letter.tracking_code}.${move}`);
}

/**
 * One move as a closed `details`. `send(move, values, {version, key})` makes it; `done(title, answer, move)` is told of success,
 * `stale(move)` that someone was faster, `gone(error)` of 401 and 404.
 */
function moveForm({ move, title, schema, help }, context) {
  const { letter, send, done, stale, gone } = context;
  const kept = draftOf(context, move);
  const before = kept.read() ?? {};
  const fields = fieldsOf(schema).map((field) => equipped(field, move, context, before.files, () => store())).filter(Boolean);
  const files = fields.find((field) => field.files)?.files ?? null;
  const secret = fields.some((field) => SECRET.includes(field.format));
  let attempt = before.attempt ?? null;
  const place = h("div", { class: "move-body" });
  const store = () => kept.write({
    title, values: keepable(fields, form.read()), files: files?.kept(), attempt: secret ? null : attempt, at: Date.now(),
  });
  const form = buildForm(fields, {
    onInput: store, onSubmit: review,
    actions: [h("button", { type: "submit", class: "primary" }, t("move.next"))],
  });
  form.write(before.values ?? {});
  const restored = Object.keys(before.values ?? {}).length > 0 || before.files?.length > 0;
  const drop = h("button", { type: "button", class: "link", on: { click: discard } }, t("move.discard"));
  if (restored) fill(form.message, notice("info", t("move.restored"), " ", drop));

  function discard() {
    kept.clear();
    attempt = null;
    form.write({});
    files?.clear();
    fill(form.message, null);
    focusOn(form.element.querySelector("input, select, textarea"));
  }

  /** Files that still travel are waited for: what is reviewed is what is sent. */
  async function review() {
    if (files?.isBusy()) {
      fill(form.message, notice("info", t("files.waiting")));
      form.disable(true);
      await files.settled();
      form.disable(false);
      fill(form.message, null);
    }
    const faults = [...form.check(), ...(files?.faults() ?? [])];
    form.showErrors(faults);
    if (faults.length) return;
    const values = form.read();
    const empty = () => h("span", { class: "quiet" }, t("move.not_filled"));
    const rows = fields.map((field) => [field.title, values[field.name] === undefined ? empty() : told(field, values[field.name])]);
    const report = h("div", { "aria-live": "polite" });
    const heading = h("h3", null, rows.length ? t("move.review") : t("move.confirm_plain", { title }));
    const confirm = h("button", { type: "button", class: "primary", on: { click: () => deliver(values, report, [confirm, edit]) } },
      t("move.confirm"), " · ", title);
    const edit = h("button", { type: "button", class: "secondary", on: { click: () => back() } }, t("move.edit"));
    fill(place, heading, facts(rows), report, h("div", { class: "actions" }, confirm, rows.length ? edit : null));
    focusOn(heading);
  }

  function back(errors = [], message = null) {
    fill(place, form.element);
    fill(form.message, message);
    form.showErrors(errors);
  }

  async function deliver(values, report, buttons) {
    const before = attemptFor(values, attempt);
    attempt = { ...before, sent: true };
    store();
    buttons.forEach((button) => { button.disabled = true; });
    fill(report, notice("info", t("common.working")));
    try {
      const answer = await send(move, values, { version: letter.version, key: attempt.key });
      kept.clear();
      done(title, answer, move);
    } catch (error) {
      if (!error.kind) throw error;
      buttons.forEach((button) => { button.disabled = false; });
      // Someone else was faster, not we ourselves: the server would have known the key.
      attempt = error.status === 409 ? null : attemptAfter(error, before);
      store();
      fail(error, report);
    }
  }

  function fail(error, report) {
    if (error.status === 409) stale(move);
    else if (error.status === 401 || error.status === 404) gone(error);
    else if (error.errors.length) back(error.errors);
    else fill(report, notice("bad", sendFailure(error)));
  }

  // A move that needs nothing filled in asks only whether it is meant.
  if (fields.length === 0) review();
  else back();
  return h("details", { class: "move", name: "moves", "data-move": move },
    h("summary", null, title, restored ? h("b", { class: "tag warn" }, t("move.draft")) : null),
    help && help !== move ? h("p", { class: "move-help" }, help) : null, place);
}

/**
 * All moves of a letter. `context.usual` names those to show first, in that order; the others are folded away; `context.opened`
 * one that is open from the beginning. `reopened` names the move to show open again after someone else was faster.
 */
export function movesPanel(moves, context, reopened = null) {
  const usual = context.usual ?? moves.map((each) => each.move);
  const first = usual.map((name) => moves.find((each) => each.move === name)).filter(Boolean);
  const rare = moves.filter((each) => !usual.includes(each.move)).map((each) => moveForm(each, context));
  const folded = rare.length ? h("details", { class: "rare" }, h("summary", null, t("move.others", { n: rare.length })), rare) : null;
  const panel = h("div", { class: "moves" }, first.map((each) => moveForm(each, context)), folded);
  const formOf = (move) => (move ? panel.querySelector(`[data-move="${CSS.escape(move)}"]`) : null);
  const begun = formOf(reopened ? null : context.opened);
  if (begun) begun.open = true;
  if (!reopened) return panel;
  const again = formOf(reopened);
  if (again) {
    again.open = true;
    if (rare.includes(again)) folded.open = true;
  } else panel.prepend(lost(reopened, context));
  panel.prepend(notice("warn", t("move.stale")));
  return panel;
}

/** A choice that was made, not something written. */
const CODE = /^[\w:.*-]{1,40}$/;

function lost(move, context) {
  const kept = draftOf(context, move).read();
  const texts = Object.values(kept?.values ?? {}).flat().filter((each) => typeof each === "string" && !CODE.test(each));
  return notice("warn", h("p", null, t("move.stale_gone", { title: kept?.title ?? word("moves", move) })), texts.map(prose));
}
