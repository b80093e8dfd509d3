/** The last step: sends the letter, and leads back to where the server found something to correct. */

import { fill, focusOn } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";
import { placeOf } from "./letter.js";
import { failureNotice } from "./sending.js";

/** `around`: the form, the steps, the faults, the files, the attempt and what keeps them; `done(answer, letter)` follows. */
export function concluding({ form, steps, faults, files, attempt, letter, keep, refresh, wrong, done }) {
  const say = (key) => fill(form.message, notice("info", t(key)));

  async function send() {
    const found = faults.all();
    wrong(found);
    if (found.length) return;
    form.disable(true);
    try {
      await sendNow();
    } catch (error) {
      fail(error);
      // A part of the page that cannot be loaded without network is a TypeError; anything else is our mistake.
      if (!error.kind && error.name !== "TypeError") throw error;
    }
  }

  async function sendNow() {
    if (files.isBusy()) {
      say("files.waiting");
      await files.settled();
      const unsent = files.faults();
      if (unsent.length) { unlock(); lead(unsent); return; }
    }
    say("common.working");
    const sent = letter();
    const answer = await attempt.send(sent, keep);
    done(answer, sent);
  }

  function unlock() {
    form.disable(false);
    fill(form.message);
    refresh();
    keep();
  }

  function lead(errors) {
    steps.go(faults.stepOf(errors[0].field), { returning: true, focus: false });
    wrong(errors);
  }

  function fail(error) {
    unlock();
    const errors = (error.errors ?? []).map(placeOf);
    errors.filter(({ field }) => field === "attachments").forEach(({ nth, message }) => files.refuse(nth, message));
    if (errors.length) { lead(errors); return; }
    fill(form.message, failureNotice(error));
    focusOn(form.message);
  }

  return send;
}
