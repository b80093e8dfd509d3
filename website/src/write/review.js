/** What one wrote, to be checked before it is sent, each part with a way to change it. */

import { writerOf } from "../letter/as_sent.js";
import { fill, h, prose } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";
import { privateBecause } from "./letter.js";

const LONG = new Set(["body", "about_text"]);

function shown(field, value) {
  if (field.kind === "yes") return t(value ? "common.yes" : "common.no");
  if (!value) return h("span", { class: "quiet" }, t("write.not_given"));
  // A long text scrolls in its place: the keyboard has to get there.
  if (LONG.has(field.name)) return h("div", { class: "long-text", tabindex: "0", role: "region", "aria-label": field.title }, prose(value));
  if (!field.options) return h("bdi", null, value);
  const title = field.options.find((each) => each.const === value)?.title ?? value;
  return h("span", { lang: field.own && !language.startsWith("zh") ? "zh-Hans" : null }, title);
}

/** What is not asked for by an answer given before is not shown. */
function applies(name, values) {
  if (name === "about_unit" || name === "about_text") return values.about_is === "yes";
  return name !== "publish_consent" || !privateBecause(values);
}

/** `change(step, field)` leads to where a part is changed; `files` are the attachments' names. */
export function showReview(element, steps, values, files, change) {
  const link = (step, name, title) => h("a", { href: `#${step}`, on: { click: (event) => { event.preventDefault(); change(step, name); } } },
    t("write.change"), h("span", { class: "visually-hidden" }, title));
  const row = (step, name, title, content) => h("div", null, h("dt", null, title), h("dd", null, content),
    h("dd", { class: "change" }, link(step, name, title)));
  const rowsOf = (step) => [
    ...step.fields.filter(({ name }) => applies(name, values)).map((field) => row(step.name, field.name, field.title, shown(field, values[field.name]))),
    ...(step.name === "letter" && files ? [row("letter", "attachments", t("files.title"), files.length
      ? h("ul", { class: "plain" }, files.map((name) => h("li", null, h("bdi", null, name)))) : shown({}, ""))] : []),
  ];
  const sections = steps.filter(({ fields }) => fields.length)
    .map((step) => h("section", { class: "card" }, h("h2", null, step.title), h("dl", { class: "review" }, rowsOf(step))));
  const reachable = Object.keys(writerOf(values)).length > 0;
  fill(element, sections, reachable ? null : notice("warn", t("write.no_contact")));
}
