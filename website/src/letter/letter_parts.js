/** Parts of a letter that the writer's page and the desk show alike. */

import { h, prose } from "../shared/dom.js";
import { instantText, language, t, word } from "../shared/i18n.js";
import { unitName } from "../shared/rulebook.js";

export { timeline } from "./timeline.js";

const HAN = /[\u3400-\u9fff]/;

/** The language of what somebody wrote, for whoever has the page read out; null where it is the page's own. */
export function spokenIn(text) {
  const chinese = HAN.test(text ?? "");
  if (chinese === language.startsWith("zh")) return null;
  return chinese ? "zh-Hans" : "en";
}

const written = (text) => h("div", { lang: spokenIn(text) }, prose(text));

export function unitNames(units, names) {
  return (Array.isArray(units) ? units : []).map((each) => unitName(each, names)).filter(Boolean).join(t("common.list"));
}

export function statusBadge(letter) {
  return h("span", { class: `status ${letter.status}` }, letter.status_title ?? word("statuses", letter.status));
}

/** What was written about the letter apart from answers: the letter itself, supplements, notes, reasons. */
export function texts(list, names) {
  return list.filter((text) => text.purpose !== "signature").map((text) => {
    const who = [text.author && word("roles", text.author), unitName(text.unit, names), text.at && instantText(text.at)];
    return h("article", { class: "text" },
      h("h3", null, word("purposes", text.purpose), " ", h("span", { class: "quiet" }, who.filter(Boolean).join(" · "))),
      written(text.body ?? text.content));
  });
}

/** Where an answer stands on its way: the steps behind it, and the one it waits at. */
export function wayOfAnswer(approval) {
  if (!approval) return null;
  const done = (approval.done ?? []).map((step) => step.title ?? step);
  return h("p", null, done.length ? t("desk.steps_done", { steps: done.join(t("common.list")) }) : null, " ",
    t("desk.waits_at", { step: approval.step_title ?? approval.step }));
}

/** Answers the writer has not got, or not yet. */
export function drafts(list, names) {
  return [h("p", { class: "quiet" }, t("desk.drafts_hint")), answers(list, names)];
}

/** Letters of the same writer, or about the same matter. */
export function repeats(list) {
  const why = (each) => [each.same_writer ? t("desk.same_writer") : null, each.similarity ? t("desk.similar", { n: Math.round(each.similarity * 100) }) : null];
  const told = (each) => [each.number ?? each.tracking_code, instantText(each.received_at), word("statuses", each.status), ...why(each)];
  const item = (each) => h("li", null, h("a", { href: `#/${encodeURIComponent(each.tracking_code)}` }, each.subject), " ",
    h("span", { class: "quiet" }, told(each).filter(Boolean).join(" · ")));
  return [h("p", { class: "quiet" }, t("desk.repeats_hint")), h("ul", null, list.map(item))];
}

/** Rows on how a letter ended that was not answered: the ground for declining it, where it was forwarded. */
export function outcome(letter) {
  const { declined } = letter;
  return [
    [t("follow.declined"), declined ? declined.text + (declined.clause ? t("common.aside", { text: declined.clause }) : "") : null],
    [t("follow.forwarded_to"), letter.forwarded_to],
  ];
}

export function answers(list, names) {
  if (!list?.length) return h("p", { class: "quiet" }, t("follow.no_answers"));
  return list.map((each) => {
    const answer = typeof each === "string" ? { body: each } : each;
    const by = [answer.in_name_of ?? unitName(answer.unit, names), answer.channel && word("channels", answer.channel), answer.at && instantText(answer.at)];
    return h("article", { class: "answer" }, written(answer.body ?? answer.text ?? answer.content),
      h("p", { class: "quiet" }, by.filter(Boolean).join(" · ")));
  });
}
