/** What the page asks, step by step. */

import { limitText, t, word } from "../shared/i18n.js";
import { choicesOf, kindsOf, kindTitle } from "../shared/rulebook.js";

const text = (name, more = {}) => ({
  name, title: t(`write.${name}`), help: "", kind: "short", required: false, options: null, initial: null,
  min: null, max: null, minLength: null, maxLength: null, format: "", widget: "", autocomplete: "off", ...more,
});
const choice = (name, options, more = {}) => text(name, { kind: "one", options, ...more });
const mark = (name) => text(name, { kind: "yes", help: t(`write.${name}_help`) });

function kindChoices(rulebook) {
  return kindsOf(rulebook).map((kind) => {
    const hint = kind.hint ?? word("kind_hints", kind.code);
    const note = kind.limit ? t("write.kind_limit", { limit: limitText(kind.limit) }) : "";
    return { const: kind.code, title: kindTitle(kind), help: hint === kind.code ? "" : hint, note };
  });
}

const toFields = (rulebook, mailboxes) => {
  const optional = (name, values) => (values?.length ? [choice(name, choicesOf(values), { own: true })] : []);
  return [
    ...(mailboxes.length > 1 ? [choice("mailbox", mailboxes, { required: true, own: true, missing: t("write.mailbox_missing") })] : []),
    choice("kind", kindChoices(rulebook), { required: true, widget: "radio", missing: t("write.kind_missing") }),
    ...optional("field", rulebook.fields), ...optional("region", rulebook.regions),
  ];
};

const letterFields = () => [
  text("subject", { required: true, maxLength: 200, help: t("write.subject_help") }),
  text("body", { required: true, kind: "long", maxLength: 10000, help: t("write.body_help") }),
];

const aboutFields = (units) => [
  choice("about_is", ["no", "yes"].map((each) => ({ const: each, title: t(`write.about_${each}`), help: t(`write.about_${each}_help`) })),
    { required: true, widget: "radio", missing: t("write.about_missing") }),
  ...(units.length ? [choice("about_unit", units, {
    title: t("write.about"), help: t("write.about_help"), widget: "picker", own: true,
    empty: t("write.about_none"), search: t("write.about_search"),
  })] : []),
  text("about_text", { maxLength: 500, kind: "long", help: t("write.about_text_help") }),
];

const contactFields = () => [
  text("name", { maxLength: 80, autocomplete: "name" }),
  text("phone", { maxLength: 30, format: "tel", autocomplete: "tel", help: t("write.phone_help") }),
  text("email", { maxLength: 200, format: "email", autocomplete: "email" }),
  text("address", { maxLength: 500, autocomplete: "street-address" }),
];

/** Whether the rules publish letters at all, and whether the writer is asked: `never`, `asked` or `usual`. */
export function publicationOf(rulebook) {
  if (!rulebook.publication) return "never";
  return rulebook.publication.needs_consent === false ? "usual" : "asked";
}

/** `[{name, title, fields}]`, the last one without fields: there one checks what one wrote. */
export function stepsOf(rulebook, { units, mailboxes }) {
  const privacy = [mark("keep_confidential"), ...(publicationOf(rulebook) === "asked" ? [mark("publish_consent")] : [])];
  const fields = { to: toFields(rulebook, mailboxes), letter: letterFields(), about: aboutFields(units), contact: contactFields(), privacy, check: [] };
  const titles = { to: mailboxes.length > 1 ? "to" : "kind" };
  return Object.entries(fields).map(([name, own]) => ({ name, title: t(`write.steps.${titles[name] ?? name}`), fields: own }));
}
