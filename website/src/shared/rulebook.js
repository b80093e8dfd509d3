/**
 * Reads what `GET /rulebook` and `GET /units` answer into the few things the pages show. Tolerant on purpose: a
 * field that is not there leaves its part of the page out and never breaks it.
 */

import { language, word } from "./i18n.js";

const asList = (value) => (Array.isArray(value) ? value : []);

/** `[{code, title}]` from a list of codes or of objects. */
function coded(value, group) {
  return asList(value).map((each) => {
    const item = typeof each === "string" ? { id: each } : each;
    const code = item.code ?? item.id ?? item.kind ?? item.name;
    return { ...item, code, title: item.title ?? (group ? word(group, code) : (item.text ?? item.name ?? code)) };
  });
}

function limitOf(item) {
  if (item?.limit?.counted_in) return item.limit;
  return item?.counted_in ? { number: item.number, counted_in: item.counted_in } : null;
}

/** `kinds` as a list, whether it came as one or as `{code: rule}`. */
function kindList(kinds) {
  if (Array.isArray(kinds) || !kinds) return asList(kinds);
  return Object.entries(kinds).map(([code, rule]) => ({ code, ...rule }));
}

/**
 * The writer's kinds with the limit and clause of each: `[{code, title, limit, complex, clause}]`. A kind without a
 * limit of its own has the county's, which rests on no clause.
 */
export function kindsOf(rulebook) {
  return coded(kindList(rulebook.kinds), "kinds").map((kind) => {
    const rule = kind.limit ?? kind.handle ?? rulebook.county_handle;
    return { ...kind, limit: limitOf(rule), complex: limitOf(kind.limit_complex ?? kind.handle_complex), clause: rule?.clause ?? null };
  });
}

/** A kind as the regulation calls it; on pages in another language, in that language's words, if it has any. */
export function kindTitle({ code, title }) {
  const own = word("kinds", code);
  return language === "zh-Hans" || own === String(code) ? title : own;
}

/** A limit the rulebook sets under a name of its own, as `triage`; null when it sets none. */
export function namedLimit(rulebook, name) {
  return limitOf(rulebook[name]);
}

/** The most an extended letter may take in all, or null. */
export function extensionCap(rulebook) {
  return limitOf(rulebook.extension?.cap);
}

/** `[{text, clause}]` of `scope` or `decline_grounds`. */
export function clausesOf(value) {
  return coded(value).map((each) => ({ text: each.text ?? each.title, clause: each.clause ?? null }));
}

export function choicesOf(value) {
  return coded(value).map(({ code, title }) => ({ const: code, title }));
}

/** Units and mailboxes as choices `{const, title}`. */
export function unitsOf(answer) {
  const choice = (each) => ({ const: each.id ?? each.code, title: each.name ?? each.title ?? each.id });
  return { units: asList(answer.units).map(choice), mailboxes: asList(answer.mailboxes).map(choice) };
}

/** A unit's name from an id, an object, or a name that is already one. */
export function unitName(unit, names = new Map()) {
  if (!unit) return "";
  if (typeof unit === "object") return unit.name ?? names.get(unit.id) ?? unit.id ?? "";
  return names.get(unit) ?? unit;
}
