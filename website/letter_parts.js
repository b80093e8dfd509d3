/** Parts of a letter that the writer's page and the desk show alike. */

import { h, prose } from "./dom.js";
import { instantText, t, word } from "./i18n.js";
import { unitName } from "./rulebook.js";

export function unitNames(units, names) {
  return (Array.isArray(units) ? units : []).map((each) => unitName(each, names)).filter(Boolean).join(t("common.list"));
}

export function statusBadge(letter) {
  return h("span", { class: `status ${letter.status}` }, letter.status_title ?? word("statuses", letter.status));
}

/** What was written about the letter apart from answers: the letter itself, supplements, notes, reasons. */
export function texts(list, names) {
  return list.map((text) => {
    const who = [text.author && word("roles", text.author), unitName(text.unit, names), text.at && instantText(text.at)];
    return h("article", { class: "text" },
      h("h3", null, word("purposes", text.purpose), " ", h("span", { class: "quiet" }, who.filter(Boolean).join(" · "))),
      prose(text.body ?? text.content));
  });
}

/** Rows on how a letter ended that was not answered: the ground for declining it, where it was forwarded. */
export function outcome(letter) {
  const { declined } = letter;
  return [
    [t("follow.declined"), declined ? `${declined.text}${declined.clause ? `（${declined.clause}）` : ""}` : null],
    [t("follow.forwarded_to"), letter.forwarded_to],
  ];
}

/** A step tells itself in a sentence; one that came without shows the name of its move. */
export function timeline(entries) {
  if (!entries?.length) return h("p", { class: "quiet" }, t("follow.no_timeline"));
  const item = (entry) => h("li", null, h("time", { datetime: entry.at }, instantText(entry.at)),
    entry.text && entry.text !== entry.move ? prose(entry.text) : h("strong", null, word("moves", entry.move)));
  return h("ol", { class: "timeline" }, entries.map(item));
}

export function answers(list, names) {
  if (!list?.length) return h("p", { class: "quiet" }, t("follow.no_answers"));
  return list.map((each) => {
    const answer = typeof each === "string" ? { body: each } : each;
    const by = [unitName(answer.unit, names), answer.channel && word("channels", answer.channel), answer.at && instantText(answer.at)].filter(Boolean);
    return h("article", { class: "answer" }, prose(answer.body ?? answer.text ?? answer.content), h("p", { class: "quiet" }, by.join(" · ")));
  });
}
