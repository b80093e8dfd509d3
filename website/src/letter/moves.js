/**
 * The moves someone may make on a letter: each a short form from its JSON Schema, a look over what was filled in, and
 * then the sending. What was typed is kept in the tab until it has been sent, also when someone else was faster.
 */

import { attemptFor } from "../shared/attempt.js";
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

function shown(field, value) {
  if (field.format === "signature") return h("img", { class: "signature-image", src: value, alt: field.title });
  if (field.options) {
    const titles = (Array.isArray(value) ? value : [value]).map((each) => field.options.find((option) => option.const === each)?.title ?? each);
    return titles.join(t("common.list"));
  }
  if (field.kind === "yes") return t(value ? "common.yes" : "common.no");
  if (field.fields) return [value].flat().map((each) => field.fields.map((inner) => (each?.[inner.name] === undefined ? null : shown(inner, each[inner.name]))).filter(Boolean).join(t("common.comma"))).join(t("common.semicolon"));
  return Array.isArray(value) ? value.join("\n") : String(value);
}

const told = (value) => (typeof value === "string" ? prose(value) : value);

/**
 * One move as a closed `details`. `send(move, values, {version, key})` makes it; `done(title, answer)` is told of success,
 * `stale(move)` that someone was faster, `gone(error)` of 401 and 404.
 */
function moveForm({ move, title, schema, help }, { letter, send, done, stale, gone, askCode }) {
  const fields = fieldsOf(schema).map((field) => (field.format === "one-time-code" ? { ...field, ask: () => askCode(move) } : field));
  const kept = draft(forThisTab, `move.${letter.tracking_code}.${move}`);
  const before = kept.read() ?? {};
  let attempt = before.attempt ?? null;
  const place = h("div", { class: "move-body" });
  const store = () => kept.write({ title, values: form.read(), attempt });
  const form = buildForm(fields, {
    onInput: store, onSubmit: review,
    actions: [h("button", { type: "submit", class: "primary" }, t("move.next"))],
  });
  form.write(before.values ?? {});

  function review() {
    const faults = form.check();
    form.showErrors(faults);
    if (faults.length) return;
    const values = form.read();
    const rows = fields.map((field) => [field.title, values[field.name] === undefined ? h("span", { class: "quiet" }, t("move.not_filled")) : told(shown(field, values[field.name]))]);
    const report = h("div", { "aria-live": "polite" });
    const heading = h("h4", null, rows.length ? t("move.review") : t("move.confirm_plain", { title }));
    const confirm = h("button", { type: "button", class: "primary", on: { click: () => deliver(values, report, [confirm, edit]) } }, t("move.confirm"), " · ", title);
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
    attempt = attemptFor(values, attempt);
    store();
    buttons.forEach((button) => { button.disabled = true; });
    fill(report, notice("info", t("common.working")));
    try {
      const answer = await send(move, values, { version: letter.version, key: attempt.key });
      kept.clear();
      done(title, answer);
    } catch (error) {
      if (!error.kind) throw error;
      buttons.forEach((button) => { button.disabled = false; });
      if (!error.uncertain) attempt = null;
      store();
      fail(error, report);
    }
  }

  function fail(error, report) {
    if (error.status === 409) stale(move);
    else if (error.status === 401 || error.status === 404) gone(error);
    else if (error.errors.length) back(error.errors);
    else fill(report, notice("bad", error.status === 403 ? t("move.forbidden", { detail: error.detail || error.title }) : sendFailure(error)));
  }

  // A move that needs nothing filled in asks only whether it is meant.
  if (fields.length === 0) review();
  else back();
  return h("details", { class: "move", name: "moves", "data-move": move }, h("summary", null, title), help && help !== move ? h("p", { class: "move-help" }, help) : null, place);
}

/** All moves of a letter. `reopened` names the move to show open again after someone else was faster. */
export function movesPanel(moves, context, reopened = null) {
  const panel = h("div", { class: "moves" }, moves.map((each) => moveForm(each, context)));
  if (!reopened) return panel;
  const again = panel.querySelector(`[data-move="${CSS.escape(reopened)}"]`);
  if (again) again.open = true;
  else panel.prepend(lost(reopened, context.letter));
  panel.prepend(notice("warn", t("move.stale")));
  return panel;
}

function lost(move, letter) {
  const kept = draft(forThisTab, `move.${letter.tracking_code}.${move}`).read();
  const texts = Object.values(kept?.values ?? {}).flat().filter((each) => typeof each === "string");
  return notice("warn", h("p", null, t("move.stale_gone", { title: kept?.title ?? word("moves", move) })), texts.map(prose));
}
