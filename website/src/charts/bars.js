/** Horizontal bars with their words beside them: text stays text, so that it wraps, grows and is read aloud. */

import { h, svg } from "../shared/dom.js";
import { unfoldButton } from "./unfold.js";

const FIRST_SHOWN = 8;
const FEW = 3;

const bar = (share, tone) => svg("svg", { class: `bar ${tone ?? ""}`, "aria-hidden": "true", focusable: "false" },
  svg("rect", { class: "track", width: "100%", height: "100%" }),
  svg("rect", { class: "fill", width: `${Math.max(0, Math.min(1, share)) * 100}%`, height: "100%" }));

function row({ label, value, share, note, tone }) {
  return h("li", null, h("span", { class: "bar-label" }, label), bar(share, tone),
    h("span", { class: "bar-value" }, h("b", null, value), note ? h("small", { class: "quiet" }, " ", note) : null));
}

/**
 * A figure of bars. `rows`: `{label, value, share, note, tone}`; `share` (0 to 1) is the bar's length, `value` what is
 * said of it, `tone` `late` for what is bad. Many rows are folded after the first ones.
 */
export function bars(caption, rows) {
  const shown = rows.length > FIRST_SHOWN + FEW ? FIRST_SHOWN : rows.length;
  const list = h("ul", { class: "bars" }, rows.slice(0, shown).map(row));
  const rest = rows.slice(shown);
  const unfold = () => { list.append(...rest.map(row)); all.remove(); };
  const all = unfoldButton(rows.length, unfold, () => list.children[shown]);
  return h("figure", { class: "chart" }, h("figcaption", null, caption), list, rest.length ? all : null);
}
