/** The last step: sends the letter, and leads back to where the server found something to correct. */

import { placeOf } from "../letter/as_sent.js";
import { fill, focusOn } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";
import { failureNotice } from "./sending.js";

/** `around`: the form, the steps, the faults, the files, the attempt and what keeps them; `done(answer, letter)` follows. */
export function concluding({ form, steps, faults, files, attempt, letter, keeping, refresh, wrong, done }) {
  const say = (key) => fill(form.message, notice("info", t(key)));

  async function send() {
    const found = faults.all();
    wrong(found);
    if (found.length) return;
    if (keeping.isSentElsewhere()) {
      focusOn(keeping.element);
      return;
    }
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
    const sent = letter();
    if (keeping.isOnItsWay(sent)) {
      unlock();
      fill(form.message, notice("warn", t("write.edit_warning")));
      focusOn(form.message);
      return;
    }
    say("common.working");
    const answer = await attempt.send(sent, keeping.now);
    done(answer, sent);
  }

  function unlock() {
    form.disable(false);
    fill(form.message);
    refresh();
    keeping.now();
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
