/** One line of the desk's lists: a big target that says how near, what it is about, and what is awaited. */

import { h } from "../shared/dom.js";
import { dateText, t, word } from "../shared/i18n.js";
import { hasDue, nearText } from "./near.js";

const tag = (tone, text) => h("b", { class: `tag ${tone}` }, text);

/** What is awaited, in the fewest words. */
export const waitText = (code) => word("waits", code);

export const linkTo = (code) => `#/${encodeURIComponent(code)}`;

function badges(entry) {
  return [
    entry.urgent ? tag("late", t("desk.urgent")) : null,
    entry.supervised ? tag("warn", t("desk.supervised")) : null,
    entry.confidential ? tag("warn", t("desk.confidential")) : null,
    entry.for ? tag("", t("desk.for", { name: entry.for.name ?? entry.for })) : null,
  ].filter(Boolean);
}

/** Which units have it; where that is only the reader's own, nothing need be said. */
function held(entry, own) {
  const units = entry.units ?? [];
  return units.some((name) => name !== own) ? t("desk.unit", { unit: units.join(t("common.list")) }) : null;
}

/** `own`: the name of the reader's unit. */
export function row(entry, today, own) {
  const [tone, near] = nearText(entry, today);
  const marks = badges(entry);
  const waits = entry.waits_for ? t("desk.waits_for", { what: waitText(entry.waits_for) }) : null;
  const meta = [word("kinds", entry.kind), waits, held(entry, own), entry.number ?? t("desk.no_number")];
  return h("li", null, h("a", { class: `row ${tone}`, href: linkTo(entry.tracking_code) },
    h("span", { class: "near" }, near, hasDue(entry)
      ? h("small", null, dateText(entry.due_on), entry.provisional ? t("common.aside", { text: t("clock.provisional") }) : "") : null),
    h("span", { class: "what" }, h("strong", null, entry.subject), marks.length ? h("span", { class: "marks" }, marks) : null,
      h("span", { class: "meta" }, meta.filter(Boolean).map((each) => h("span", null, each))))));
}
