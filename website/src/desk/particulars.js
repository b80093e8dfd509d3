/** The facts of a letter, who wrote it, and the signatures on its answer. */

import { card, facts, h, prose } from "../shared/dom.js";
import { grouped, instantText, t, word } from "../shared/i18n.js";
import { outcome, unitNames } from "../letter/letter_parts.js";
import { unitName } from "../shared/rulebook.js";
import { linkTo } from "./rows.js";

function aboutText(about, names) {
  const named = (each) => (typeof each === "object" ? each.text ?? unitName(each.unit ?? each, names) : unitName(each, names));
  return (about ?? []).filter(Boolean).map(named).filter(Boolean).join(t("common.list"));
}

function publicationText(publication) {
  if (!publication) return null;
  return publication.ground ? t("desk.withheld", { ground: publication.ground.text }) : t("desk.published", { at: instantText(publication.visible_from) });
}

export function particulars(letter, names) {
  const repeat = letter.repeat_of;
  return card(t("desk.particulars"), facts([
    [t("desk.number"), letter.number ?? t("desk.no_number")], [t("desk.tracking_code"), h("span", { class: "mono" }, grouped(letter.tracking_code))],
    [t("desk.kind"), letter.kind_title ?? word("kinds", letter.kind)], [t("desk.field"), letter.field], [t("desk.region"), letter.region],
    [t("desk.complexity"), letter.complexity ? word("complexities", letter.complexity) : null],
    [t("desk.received_at"), letter.received_at && instantText(letter.received_at)],
    [t("desk.sensitivity"), letter.sensitivity && letter.sensitivity !== "general" ? word("sensitivities", letter.sensitivity) : null],
    [t("desk.disposition"), letter.disposition ? word("dispositions", letter.disposition) : null],
    [t("desk.source"), letter.source_title ?? (letter.source ? word("sources", letter.source) : null)], [t("desk.source_number"), letter.source_number],
    [t("desk.units"), unitNames(letter.units, names)], ...outcome(letter),
    [t("desk.awaits"), (letter.awaits ?? []).map((each) => each.title).join(t("common.list"))],
    [t("desk.returned_by"), unitNames(letter.returned_by, names)], [t("desk.about"), aboutText(letter.about, names)],
    [t("desk.repeat_of"), repeat ? h("a", { href: linkTo(repeat.tracking_code) }, repeat.number ?? repeat.tracking_code) : null],
    [t("desk.publish_consent"), typeof letter.publish_consent === "boolean" ? t(letter.publish_consent ? "common.yes" : "common.no") : null],
    [t("desk.publication"), publicationText(letter.publication)],
  ]));
}

// An address may hold ? and &: unencoded they would name more readers, or words, of the mail that is begun.
const contactLink = {
  phone: (value) => `tel:${value.replace(/[^\d+]/g, "")}`,
  email: (value) => `mailto:${value.split("@").map(encodeURIComponent).join("@")}`,
};

/** Name and ways to reach the writer, which a phone can dial; or that they are not mine to know. */
export function writerCard(writer, confidential) {
  if (!writer) return card(t("desk.writer"), h("p", { class: "quiet" }, t("desk.writer_hidden")));
  const shown = (name) => (writer[name] && contactLink[name] ? h("a", { class: "reach", href: contactLink[name](writer[name]) }, writer[name]) : writer[name]);
  const rows = ["name", "phone", "email", "address"].map((name) => [word("fields", name), shown(name)]).filter(([, value]) => value);
  return card(t("desk.writer"), confidential ? h("p", { class: "quiet" }, t("desk.keep_secret")) : null,
    rows.length ? facts(rows) : h("p", { class: "quiet" }, t("desk.writer_unknown")));
}

/** Each step an answer went through, with the signature or why there is none. */
export function signedSteps(steps) {
  if (!steps?.length) return null;
  const step = (each) => h("article", { class: "text" }, h("h3", null, each.title, " ", h("span", { class: "quiet" }, instantText(each.at))),
    each.signature ? h("img", { class: "signature-image", src: each.signature, alt: t("desk.signature_of", { step: each.title }) }) : null,
    [each.exception, each.note].filter(Boolean).map(prose));
  return card(t("desk.signed_steps"), steps.map(step));
}
