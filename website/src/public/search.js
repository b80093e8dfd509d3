/** Finds words in published texts and marks where they stand. Capitals and full-width forms are no difference. */

import { h } from "../shared/dom.js";

const AROUND = 14;

function plainChar(char) {
  const plain = char.normalize("NFKC").toLowerCase();
  return plain.length === char.length ? plain : char;
}

/** A text as it is compared: exactly as long as the text itself, so that a place in one is that place in the other. */
export const plain = (text) => Array.from(String(text ?? ""), plainChar).join("");

/** What is looked for: every word of it has to stand somewhere. */
export const termsOf = (query) => [...new Set(plain(query).split(/\s+/).filter(Boolean))];

function placesOf(term, text) {
  const places = [];
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) places.push([at, at + term.length]);
  return places;
}

/** Where any of the words stands, first to last; what overlaps is one place. */
function places(text, terms) {
  const merged = [];
  for (const [from, to] of terms.flatMap((term) => placesOf(term, text)).sort(([a], [b]) => a - b)) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** The text with every found word in `<mark>`. */
export function marked(text, terms) {
  const words = String(text ?? "");
  const parts = [];
  let at = 0;
  for (const [from, to] of places(plain(words), terms)) {
    parts.push(words.slice(at, from), h("mark", null, words.slice(from, to)));
    at = to;
  }
  return [...parts, words.slice(at)];
}

/** A line of the text around the first found word; null when none of them stands in it. */
export function excerpt(text, terms) {
  const words = String(text ?? "").replace(/\s+/g, " ");
  const [first] = places(plain(words), terms);
  if (!first) return null;
  const [from, to] = [Math.max(0, first[0] - AROUND), Math.min(words.length, first[1] + 2 * AROUND)];
  return [from > 0 ? "…" : "", ...marked(words.slice(from, to), terms), to < words.length ? "…" : ""];
}
