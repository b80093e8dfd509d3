/** The page on which a citizen writes a letter. */

import { getRulebook, getUnits, postLetter } from "../shared/api.js";
import { attemptFor, sendPatiently } from "../shared/attempt.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { draft, forThisTab, lasting } from "../shared/drafts.js";
import { buildForm } from "../forms/form.js";
import { limitText, t, word } from "../shared/i18n.js";
import { showReceipt } from "../letter/receipt.js";
import { choicesOf, kindsOf, unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, notice, sendFailure, startPage } from "../shared/shell.js";

const page = startPage();
const saved = draft(lasting, "letter");
const receipt = draft(forThisTab, "receipt");

const text = (name, more = {}) => ({
  name, title: t(`write.${name}`), help: "", kind: "short", required: false, options: null, initial: null,
  min: null, max: null, minLength: null, maxLength: null, format: "", widget: "", autocomplete: "off", ...more,
});
const choice = (name, options, more = {}) => text(name, { kind: "one", options, ...more });
const mark = (name) => text(name, { kind: "yes", help: t(`write.${name}_help`) });

function kindChoices(rulebook) {
  return kindsOf(rulebook).map((kind) => {
    const hint = kind.hint ?? word("kind_hints", kind.code);
    const limit = kind.limit ? t("write.kind_limit", { limit: limitText(kind.limit) }) : "";
    return { const: kind.code, title: kind.title, help: [hint === kind.code ? "" : hint, limit].filter(Boolean).join(" · ") };
  });
}

function letterFields(rulebook, { units, mailboxes }) {
  const contact = [
    text("name", { maxLength: 80, autocomplete: "name" }),
    text("phone", { maxLength: 30, format: "tel", autocomplete: "tel" }),
    text("email", { maxLength: 200, format: "email", autocomplete: "email" }),
    text("address", { maxLength: 500, autocomplete: "street-address" }),
  ];
  const optional = (name, values) => (values?.length ? [choice(name, choicesOf(values))] : []);
  return [
    ...(mailboxes.length > 1 ? [choice("mailbox", mailboxes, { required: true })] : []),
    choice("kind", kindChoices(rulebook), { required: true, widget: "radio" }),
    ...optional("field", rulebook.fields), ...optional("region", rulebook.regions),
    text("subject", { required: true, maxLength: 200, help: t("write.subject_help") }),
    text("body", { required: true, kind: "long", maxLength: 10000, help: t("write.body_help") }),
    ...(units.length ? [choice("about_unit", units, { title: t("write.about"), help: t("write.about_help"), widget: "select", empty: t("write.about_none") })] : []),
    text("about_text", { maxLength: 500, help: t("write.about_text_help") }),
    { ...text("writer", { title: t("write.section_writer") }), kind: "group", fields: contact, help: t("write.writer_help") },
    mark("keep_confidential"), mark("publish_consent"),
  ];
}

const SECTIONS = [
  { title: t("write.section_to"), names: ["mailbox", "kind", "field", "region"] },
  { title: t("write.section_letter"), names: ["subject", "body", "about_unit", "about_text"] },
  { title: t("write.section_writer"), help: t("write.writer_help"), names: ["name", "phone", "email", "address"] },
  { title: t("write.section_choice"), names: ["keep_confidential", "publish_consent"] },
];

/** The body of `POST /letters`: the contact fields go under `writer`, the two about-fields become a list. */
function letterOf(values, mailboxes) {
  const { about_unit: unit, about_text: other, name, phone, email, address, ...letter } = values;
  const about = [unit ? { unit } : null, other ? { text: other } : null].filter(Boolean);
  const writer = Object.fromEntries(Object.entries({ name, phone, email, address }).filter(([, value]) => value));
  const only = mailboxes.length === 1 ? { mailbox: mailboxes[0].const } : {};
  return { ...only, ...letter, ...(about.length ? { about } : {}), writer };
}

/** Where the API's words for a place differ from the form's. */
function fieldOf({ field, message }) {
  const plain = String(field ?? "").replace(/[[\]/]+/g, ".");
  if (/^about\b.*unit$/.test(plain)) return { field: "about_unit", message };
  if (/^about\b/.test(plain)) return { field: "about_text", message };
  return { field: plain.replace(/^writer\./, ""), message };
}

function flatten(fields) {
  return fields.flatMap((field) => (field.name === "writer" ? field.fields : [field]));
}

function writing(fields, mailboxes) {
  const kept = saved.read() ?? {};
  let attempt = kept.attempt ?? null;
  const submit = h("button", { type: "submit", class: "primary" }, t(attempt?.sent ? "write.again" : "write.submit"));
  const discard = h("button", { type: "button", class: "link", on: { click: clearAll } }, t("write.discard"));
  const form = buildForm(flatten(fields), { sections: SECTIONS, actions: [submit, discard], onSubmit: send, onInput: keep });
  const store = () => saved.write({ values: form.read(), attempt });

  function keep() {
    store();
    if (!attempt?.sent) return;
    const changed = JSON.stringify(letterOf(form.read(), mailboxes)) !== attempt.text;
    fill(submit, t(changed ? "write.submit" : "write.again"));
    fill(form.message, changed ? notice("warn", t("write.edit_warning")) : null);
  }

  function clearAll() {
    if (!window.confirm(t("write.discard_confirm"))) return;
    saved.clear();
    attempt = null;
    form.write({});
    form.clearErrors();
    fill(submit, t("write.submit"));
    fill(form.message, notice("info", t("write.discarded")));
  }

  async function send() {
    const faults = form.check();
    form.showErrors(faults);
    if (faults.length) return;
    const letter = letterOf(form.read(), mailboxes);
    attempt = attemptFor(letter, attempt);
    attempt.sent = true;
    store();
    form.disable(true);
    fill(form.message, notice("info", t("common.working")));
    try {
      succeed(await sendPatiently(() => postLetter(letter, attempt.key), (error) => error.status === 409 || error.status === 503), letter);
    } catch (error) {
      form.disable(false);
      fail(error);
    }
  }

  function succeed(answer, letter) {
    const shown = { ...answer, subject: letter.subject };
    receipt.write(shown);
    saved.clear();
    showReceipt(page, shown, receipt);
  }

  function fail(error) {
    const running = error.status === 409;
    attempt.sent = Boolean(error.uncertain) || running;
    if (!error.uncertain && !running) attempt = null;
    store();
    fill(submit, t(attempt ? "write.again" : "write.submit"));
    const errors = (error.errors ?? []).map(fieldOf);
    form.showErrors(errors);
    const told = running ? t("errors.in_progress") : error.kind ? sendFailure(error) : t("errors.server");
    fill(form.message, errors.length ? null
      : notice("bad", h("p", null, told), h("p", { class: "help" }, t("write.fallback"))));
    if (!errors.length) focusOn(form.message);
  }

  form.write(kept.values ?? {});
  return { element: form.element, restored: Boolean(kept.values && Object.keys(kept.values).length) };
}

async function start() {
  const previous = receipt.read();
  if (previous?.tracking_code) {
    showReceipt(page, previous, receipt);
    return;
  }
  fill(page, h("h1", null, t("write.title")), loading());
  try {
    const [rulebook, answer] = await Promise.all([getRulebook(), getUnits()]);
    const places = unitsOf(answer);
    const form = writing(letterFields(rulebook, places), places.mailboxes);
    fill(page, h("h1", null, t("write.title")), h("p", { class: "lead" }, t("write.lead")),
      h("p", { class: "quiet" }, t("write.shared_device")),
      form.restored ? notice("info", t("write.restored")) : null, form.element);
  } catch (error) {
    if (!error.kind) throw error;
    fill(page, h("h1", null, t("write.title")), loadFailed(error, start), h("p", null, t("write.lists_failed")));
  }
}

start();
