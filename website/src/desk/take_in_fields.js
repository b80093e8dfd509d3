/** The fields of a letter that a clerk writes down. */

import { h } from "../shared/dom.js";
import { t, word } from "../shared/i18n.js";
import { choicesOf, kindsOf } from "../shared/rulebook.js";

/** Where the rulebook lists no sources. */
const WAYS = ["phone", "hotline", "paper", "visit"];

const field = (name, more = {}) => ({
  name, title: word("fields", name), help: "", kind: "short", required: false, options: null, initial: null,
  min: null, max: null, minLength: null, maxLength: null, format: "", widget: "", autocomplete: "off", ...more,
});
const choice = (name, options, more = {}) => (options.length ? [field(name, { kind: "one", widget: "select", options, ...more })] : []);

function sourcesOf(rulebook) {
  const listed = (rulebook.sources ?? []).filter((each) => each.id !== "web").map((each) => ({ const: each.id, title: each.title }));
  return rulebook.sources?.length ? listed : WAYS.map((code) => ({ const: code, title: word("sources", code) }));
}

export function takeInFields(rulebook, { units, mailboxes }) {
  const kinds = kindsOf(rulebook).map((kind) => ({ const: kind.code, title: kind.title }));
  return [
    ...choice("source", sourcesOf(rulebook), { title: t("desk.source"), help: t("take_in.source_help"), empty: t("take_in.source_none") }),
    field("source_number", { title: t("desk.source_number"), help: t("take_in.source_number_help"), maxLength: 80 }),
    ...(mailboxes.length > 1 ? choice("mailbox", mailboxes, { help: t("take_in.mailbox_help") }) : []),
    ...choice("kind", kinds, { required: true, widget: "radio" }),
    ...choice("field", choicesOf(rulebook.fields)), ...choice("region", choicesOf(rulebook.regions)),
    field("subject", { required: true, maxLength: 200 }),
    field("body", { required: true, kind: "long", maxLength: 10000, help: t("take_in.body_help") }),
    ...choice("about_unit", units, { title: word("fields", "about"), help: t("take_in.about_help") }),
    field("about_text", { title: t("take_in.about_text"), maxLength: 500 }),
    field("name", { maxLength: 80 }), field("phone", { maxLength: 30, format: "tel" }),
    field("email", { maxLength: 200, format: "email" }), field("address", { maxLength: 500 }),
    field("keep_confidential", { kind: "yes", help: t("take_in.confidential_help") }),
    field("publish_consent", { kind: "yes", help: t("take_in.consent_help") }),
  ];
}

const SECTIONS = [
  { title: t("take_in.came"), names: ["source", "source_number", "mailbox"] },
  { title: t("desk.letter"), names: ["kind", "field", "region", "subject", "body", "about_unit", "about_text"] },
  { title: t("desk.writer"), help: t("take_in.writer_help"), names: ["name", "phone", "email", "address"] },
  { title: t("take_in.wishes"), names: ["keep_confidential", "publish_consent"] },
];

/** The fields' `elements` by name, in the order of a telephone call. */
export function inSections(elements) {
  return SECTIONS.map(({ title, help, names }) => h("section", { class: "card" }, h("h3", null, title), help ? h("p", { class: "help" }, help) : null,
    names.map((name) => elements[name])));
}
