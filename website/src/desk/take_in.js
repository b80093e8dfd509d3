/** A clerk writes down a letter that came by telephone, on paper, at the counter or by another site. */

import { getRulebook, getUnits, postDeskLetter } from "../shared/api.js";
import { attemptAfter, attemptFor, sendPatiently } from "../shared/attempt.js";
import { letterOf, placeOf } from "../letter/as_sent.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { draft, forThisTab } from "../shared/drafts.js";
import { buildForm } from "../forms/form.js";
import { t } from "../shared/i18n.js";
import { unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, notice, sendFailure } from "../shared/shell.js";
import { inSections, takeInFields } from "./take_in_fields.js";
import { takenIn } from "./taken_in.js";

// In the tab alone: it names a caller who has not seen this page.
const saved = draft(forThisTab, "desk-take-in");
const receipt = draft(forThisTab, "desk-taken-in");

function writing(place, token, fields, mailboxes, expired) {
  const kept = saved.read() ?? {};
  let attempt = kept.attempt ?? null;
  const submit = h("button", { type: "submit", class: "primary" }, t("take_in.submit"));
  const clear = h("button", { type: "button", class: "link", on: { click: again } }, t("take_in.clear"));
  const store = () => saved.write({ values: form.read(), attempt });
  const form = buildForm(fields, { layout: inSections, actions: [submit, clear], onSubmit: send, onInput: store });

  function again() {
    saved.clear();
    attempt = null;
    form.write({});
    form.clearErrors();
    focusOn(form.element.querySelector("input, select"));
  }

  async function send() {
    const faults = form.check();
    form.showErrors(faults);
    if (faults.length) return;
    const letter = letterOf(form.read(), mailboxes);
    attempt = attemptFor(letter, attempt);
    store();
    form.disable(true);
    fill(form.message, notice("info", t("common.working")));
    try {
      const answer = await sendPatiently(() => postDeskLetter(token, letter, attempt.key), (error) => error.status === 409 || error.status === 503);
      saved.clear();
      receipt.write({ ...answer, subject: letter.subject });
      takenIn(place, receipt, () => showForm(place, token, expired));
    } catch (error) {
      form.disable(false);
      fail(error);
    }
  }

  function fail(error) {
    if (!error.kind) throw error;
    attempt = attemptAfter(error, attempt);
    store();
    if (error.status === 401) { expired(error); return; }
    const errors = error.errors.map(placeOf);
    fill(form.message, errors.length ? null : notice("bad", sendFailure(error)));
    form.showErrors(errors);
    if (!errors.length) focusOn(form.message.firstElementChild);
  }

  form.write(kept.values ?? {});
  return form.element;
}

async function showForm(place, token, expired) {
  fill(place, loading());
  try {
    const [rulebook, units] = await Promise.all([getRulebook(), getUnits()]);
    const { mailboxes } = unitsOf(units);
    fill(place, h("h2", null, t("take_in.title")), h("p", { class: "quiet" }, t("take_in.lead")),
      writing(place, token, takeInFields(rulebook, unitsOf(units)), mailboxes, expired));
  } catch (error) {
    if (!error.kind) throw error;
    fill(place, loadFailed(error, () => showForm(place, token, expired)));
  }
}

/** The form, or the codes of the letter that was taken in last, until the clerk says that they were handed over. */
export function takeIn(token, expired) {
  const place = h("div", { class: "take-in" });
  if (receipt.read()) takenIn(place, receipt, () => showForm(place, token, expired));
  else showForm(place, token, expired);
  return place;
}
