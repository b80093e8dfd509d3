/** The letter while it is being written: its steps, kept in the browser, and sent from the last of them. */

import { chosenFiles } from "../files/chosen.js";
import { buildForm } from "../forms/form.js";
import { letterOf } from "../letter/as_sent.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";
import { concluding } from "./conclude.js";
import { faultFinder } from "./faults.js";
import { keeping, letterDraft } from "./keeping.js";
import { completed, consistent } from "./letter.js";
import { privacy } from "./privacy.js";
import { proofOfWork } from "./proof.js";
import { publicationOf, stepsOf } from "./questions.js";
import { showReview } from "./review.js";
import { sending } from "./sending.js";
import { stepper } from "./steps.js";

const PROOF_FROM = new Set(["contact", "privacy", "check"]);

/** Goes on with what the browser kept; `done(answer, letter)` is called when the letter has arrived. */
export function writing(rulebook, places, done) {
  const kept = letterDraft().read() ?? {};
  const questions = stepsOf(rulebook, places);
  const files = chosenFiles(rulebook.uploads, kept.files, () => own.soon());
  const proof = proofOfWork(rulebook.proof?.required === true);
  const attempt = sending(kept.attempt, proof.ready);
  const sections = {};
  const review = h("div", null);
  const above = h("div", null);
  const submit = h("button", { type: "submit", class: "primary" });
  const discard = h("button", { type: "button", class: "link", on: { click: clearAll } }, t("write.discard"));

  const form = buildForm(questions.flatMap(({ fields }) => fields), {
    layout, extra: [{ place: "attachments", part: files.part }], actions: [submit, proof.element], onSubmit: onward, onInput: changed,
    reveal: (place) => { if (faults.stepOf(place) !== steps.current()) change(faults.stepOf(place), place); },
  });
  const faults = faultFinder(questions, form, files, places.units.length > 0);
  const choices = privacy(publicationOf(rulebook), form.parts, form.read);
  const steps = stepper(questions, { mayShow: faults.reachable, show });
  const letter = () => letterOf(consistent(form.read()), places.mailboxes, files.ids());
  const content = () => ({ values: form.read(), step: steps.current(), files: files.kept() });
  const own = keeping(kept, content, attempt, refresh);
  const send = concluding({ form, steps, faults, files, attempt, letter, keeping: own, refresh, wrong, done: arrived });

  function layout(elements) {
    for (const { name, fields } of questions) {
      sections[name] = h("section", { class: "step", "data-step": name }, fields.map((field) => elements[field.name]));
    }
    sections[questions[0].name].prepend(h("p", { class: "lead" }, t("write.lead")));
    sections.contact.prepend(h("p", { class: "lead" }, t("write.contact_lead")));
    sections.letter.append(files.element);
    sections.check.append(review);
    return Object.values(sections);
  }

  function show(name) {
    form.clearErrors();
    fill(form.message);
    fill(above);
    for (const [each, section] of Object.entries(sections)) section.hidden = each !== name;
    if (name === "check") showReview(review, questions, form.read(), files.element.hidden ? null : files.names(), change);
    if (PROOF_FROM.has(name)) proof.begin();
    refresh();
    own.soon();
  }

  /** To a part of an earlier step, and then straight back to the check. */
  function change(step, place) {
    steps.go(step, { returning: true, focus: false });
    focusOn(form.parts[place]?.target);
  }

  function refresh() {
    const values = form.read();
    const isLast = steps.current() === "check";
    for (const name of ["about_unit", "about_text"]) if (form.parts[name]) form.parts[name].element.hidden = values.about_is !== "yes";
    choices.refresh(values);
    const again = attempt.isOpen() && !attempt.differs(letter());
    fill(submit, t(isLast ? (again ? "write.again" : "write.submit") : steps.isReturning() ? "write.back_to_check" : "write.next"));
    proof.element.hidden = !isLast;
  }

  function changed() {
    refresh();
    fill(form.message, attempt.differs(letter()) ? notice("warn", t("write.edit_warning")) : null);
    own.soon();
  }

  function clearAll() {
    if (!window.confirm(t("write.discard_confirm"))) return;
    attempt.forget();
    files.clear();
    form.write({});
    steps.go(questions[0].name);
    fill(above, notice("info", t("write.discarded")));
    own.discard();
  }

  function wrong(errors) {
    form.showErrors(errors);
    steps.say(errors.length > 0);
  }

  function onward() {
    if (steps.current() === "check") { send(); return; }
    const found = faults.inStep(steps.current());
    wrong(found);
    if (!found.length) steps.next();
  }

  function arrived(answer, sent) {
    steps.end();
    own.arrived();
    done(answer, sent);
  }

  form.write(completed(kept.values ?? {}));
  sections.privacy.prepend(choices.told);
  sections.privacy.append(choices.element);
  steps.start(kept.step);
  if (attempt.isForgotten()) fill(above, notice("warn", t("write.sent_long_ago")));
  else if (Object.keys(kept.values ?? {}).length) fill(above, notice("info", t("write.restored")));
  return h("div", { class: "writing" }, steps.element, own.element, above, form.element,
    h("div", { class: "quiet keeping" }, h("p", null, t("write.keeping")), discard), own.notKept);
}
