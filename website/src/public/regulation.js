/** The regulation's own words. They are Chinese on every page: they stay as they were published, and are marked so. */

import { h } from "../shared/dom.js";
import { language, t, word } from "../shared/i18n.js";
import { clausesOf } from "../shared/rulebook.js";

export const PUBLISHED_IN = "zh-Hans";

export const asPublished = (words) => (language === PUBLISHED_IN ? words : h("span", { lang: PUBLISHED_IN }, words));

/** Says once that what follows is in the language it was written in; nothing on pages in that language. */
export const publishedNote = (key = "index.in_chinese") => (language === PUBLISHED_IN ? null : h("p", { class: "quiet" }, t(key)));

/** In the page's language where it is one of the kinds there are everywhere; a county's own kinds are named in Chinese. */
export function kindName(code, title) {
  const known = word("kinds", code);
  return known === code ? asPublished(title ?? code) : known;
}

export const clauseTag = (clause) => (clause ? h("span", { class: "clause" }, clause) : null);

/** What the clauses of these ids say, for whoever wants to know. */
export function wording(rulebook, ids) {
  const known = [...new Set(ids)].filter((id) => typeof rulebook.clauses?.[id] === "string");
  return known.length === 0 ? null : h("details", null, h("summary", null, t("index.clauses")),
    known.map((id) => h("p", null, clauseTag(id), " ", asPublished(rulebook.clauses[id]))));
}

/** A list of the regulation, folded: `scope` or `decline_grounds`. */
export function foldedList(title, lead, value) {
  const items = clausesOf(value);
  if (items.length === 0) return null;
  const shared = items.every(({ clause }) => clause === items[0].clause) ? items[0].clause : null;
  const item = ({ text, clause }) => h("li", null, asPublished(text), " ", shared ? null : clauseTag(clause));
  return h("details", { class: "card" }, h("summary", null, h("h2", null, title), clauseTag(shared)),
    lead ? h("p", null, lead) : null, h("ol", { class: "clauses" }, items.map(item)));
}
