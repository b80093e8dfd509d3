/** The proof of work, done beside the page while somebody writes on. Where none is asked for, nothing of it is loaded. */

import { getChallenge } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/**
 * The server takes a proof for an hour; a minute before, we ask for another. Counted from when the challenge came, because the
 * device's clock may be hours off. A proof that has expired all the same is refused, and done anew then.
 */
const GOOD_FOR_MS = 59 * 60_000;

/** `required`: whether the API asks for one. `ready()` answers it as the API takes it, or null. */
export function proofOfWork(required) {
  const element = h("p", { class: "quiet proof", role: "status", hidden: true });
  let work = null;
  let since = 0;

  async function solved() {
    since = Date.now();
    const challenge = await getChallenge();
    if (!challenge.required) return null;
    const { solve } = await import("./solve.js");
    const { number } = await solve(challenge);
    const { algorithm, challenge: wanted, salt, signature } = challenge;
    return btoa(JSON.stringify({ algorithm, challenge: wanted, number, salt, signature }));
  }

  function begin(anew = false) {
    if (!required) return Promise.resolve(null);
    if (work && !anew && Math.abs(Date.now() - since) < GOOD_FOR_MS) return work;
    fill(element, t("proof.working"));
    work = solved();
    work.then(() => fill(element, t("proof.done")), () => { work = null; fill(element); });
    return work;
  }

  // Begun early it may fail unseen: sending asks again, and says what is the matter.
  return { element, begin: () => { begin().catch(() => {}); }, ready: (anew) => begin(anew) };
}
