/** Sends the letter once, however poor the network: the same letter keeps its key until its fate is known. */

import { postLetter } from "../shared/api.js";
import { attemptAfter, attemptFor, sendPatiently } from "../shared/attempt.js";
import { h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { notice, sendFailure } from "../shared/shell.js";

/** The server knows a key for a day. */
const KNOWN_MS = 24 * 3_600_000;

const busy = (error) => error.status === 409 || error.status === 503;
const lacksProof = (error) => error.status === 422 && error.errors.some(({ field }) => field === "proof");

/** `proof()` answers the proof of work for this letter, or null where none is asked; `proof(true)` a new one. */
export function sending(kept, proof) {
  let attempt = kept ?? null;
  let mine = null;

  async function once(letter, key) {
    const send = (found) => sendPatiently(() => postLetter(found ? { ...letter, proof: found } : letter, key), busy);
    try {
      return await send(await proof());
    } catch (error) {
      if (!lacksProof(error)) throw error;
      return send(await proof(true));
    }
  }

  return {
    /** To be kept with what was typed: after a reload the same letter is still the same. */
    kept: () => attempt,
    /** Whether a letter went out and nobody knows what became of it. */
    isOpen: () => Boolean(attempt?.sent),
    /** Whether that was so long ago that sending it again may make a second letter. */
    isForgotten: () => Boolean(attempt?.sent) && Date.now() - attempt.at > KNOWN_MS,
    differs: (letter) => Boolean(attempt?.sent) && JSON.stringify(letter) !== attempt.text,
    forget: () => { attempt = null; },

    /** Takes over what another tab has kept of sending this letter; of what this tab sent, this tab knows best. */
    adopt(theirs) {
      if (mine === null || ![attempt?.key, theirs?.key].includes(mine)) attempt = theirs ?? null;
    },

    /** The answer to the letter; `begun` is called when the attempt has its key and can be kept. */
    async send(letter, begun) {
      const before = attemptFor(letter, attempt);
      attempt = { ...before, sent: true, at: before.at ?? Date.now() };
      mine = attempt.key;
      begun();
      try {
        return await once(letter, attempt.key);
      } catch (error) {
        attempt = attemptAfter(error, { ...before, at: attempt.at });
        throw error;
      }
    },
  };
}

/** What to say of a letter that could not be sent. */
export function failureNotice(error) {
  const told = error.status === 409 ? t("errors.in_progress") : error.kind ? sendFailure(error) : t("errors.server");
  return notice("bad", h("p", null, told), h("p", { class: "help" }, t("write.fallback")));
}
