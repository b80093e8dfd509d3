/** One published letter with its answer: a line to look at, folded below it what was written, and an address to share. */

import { copyText } from "../shared/copy.js";
import { facts, fill, fragment, h } from "../shared/dom.js";
import { dateText, language, t, word } from "../shared/i18n.js";
import { asPublished, kindName, PUBLISHED_IN } from "./regulation.js";
import { excerpt, marked, plain } from "./search.js";

/** `#2026-11/<number>`: no more than the public file holds. */
export const addressOf = (month, number) => `#${month}${number ? `/${encodeURIComponent(number)}` : ""}`;

/** The month and number that the page's address names; null each where it names none. */
export function addressed() {
  const [, month, number] = /^(\d{4}-\d{2})(?:\/(.+))?$/.exec(fragment()) ?? [];
  return { month: month ?? null, number: number ?? null };
}

/** Everything that a search looks through, as it is compared. */
export const searchable = (item) => plain([
  item.number, item.question, item.answer, item.unit_name, item.field, item.kind_title, word("kinds", item.kind),
].filter(Boolean).join("\n"));

const ownWords = language === PUBLISHED_IN ? null : PUBLISHED_IN;
const written = (text, terms) => h("div", { class: "prose", lang: ownWords }, marked(text, terms));
const usedDays = (days) => (days === 0 ? t("answers.same_day") : t("answers.days", { n: days }));

function parts(item) {
  const [title, ...rest] = String(item.question ?? "").trim().split("\n");
  return { title, body: rest.join("\n").trim() };
}

function head(item, terms) {
  const { title, body } = parts(item);
  const who = item.unit_name ? asPublished(marked(item.unit_name, terms)) : t("answers.centre");
  const when = item.answered_on ? t("answers.answered_on", { date: dateText(item.answered_on, "plain_date") }) : t("answers.not_yet");
  const inTitle = terms.length > 0 && excerpt(title, terms);
  const found = terms.length > 0 && !inTitle ? (excerpt(body, terms) ?? excerpt(item.answer, terms)) : null;
  return h("summary", null,
    h("h2", null, asPublished(marked(title, terms))),
    h("span", { class: "quiet" }, who, " · ", when, typeof item.working_days === "number" ? [" · ", usedDays(item.working_days)] : null),
    found ? h("span", { class: "excerpt", lang: ownWords }, found) : null);
}

function share(address) {
  const link = new URL(address, location.href);
  const told = h("span", { role: "status", class: "quiet" });
  const copy = async () => fill(told, t((await copyText(link.href)) ? "answers.copied" : "answers.copy_failed"));
  return h("p", { class: "share no-print" }, h("a", { href: link.href }, t("answers.share")),
    h("button", { type: "button", class: "secondary small", on: { click: copy } }, t("answers.copy")), told);
}

function answer(item, terms) {
  if (!item.answer) return h("p", { class: "quiet" }, t("answers.in_hand", { unit: item.unit_name ?? t("answers.centre") }));
  return h("section", { class: "reply" }, h("h3", null, t("answers.answer")), written(item.answer, terms));
}

/** `at` is the month it stands in, `terms` are what was searched for, `open` shows it unfolded. */
export function publishedAnswer(item, { at, terms, open }) {
  const { body } = parts(item);
  const address = item.number ? addressOf(at, item.number) : null;
  const card = h("details", { class: "card published", open }, head(item, terms),
    body ? h("section", null, h("h3", null, t("answers.question")), written(body, terms)) : null, answer(item, terms),
    facts([
      [t("answers.number"), item.number ? asPublished(item.number) : null], [t("answers.kind"), kindName(item.kind, item.kind_title)],
      [t("answers.field"), item.field ? asPublished(item.field) : null],
      [t("answers.received"), dateText(item.received_on)], [t("answers.answered"), item.answered_on ? dateText(item.answered_on) : null],
      [t("answers.channel"), item.channel ? word("channels", item.channel) : null],
    ]), address ? share(address) : null);
  if (address) card.addEventListener("toggle", () => { if (card.open) history.replaceState(history.state, "", address); });
  return card;
}
