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

export function timeline(entries, names) {
  if (!entries?.length) return h("p", { class: "quiet" }, t("follow.no_timeline"));
  const item = (entry) => h("li", null,
    h("time", { datetime: entry.at }, instantText(entry.at)),
    h("strong", null, entry.title ?? word("moves", entry.move), entry.unit ? h("span", { class: "quiet" }, " · ", unitName(entry.unit, names)) : null),
    entry.text && entry.text !== entry.move ? prose(entry.text) : null);
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
