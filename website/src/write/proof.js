/** The proof of work, done beside the page while somebody writes on. Where none is asked for, nothing of it is loaded. */

import { getChallenge } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const EARLY_MS = 60_000;

/** Until when the challenge is good, as its salt says. */
function expiryOf({ salt }) {
  const seconds = Number(new URLSearchParams(salt.split("?")[1] ?? "").get("expires"));
  return seconds ? seconds * 1000 : Infinity;
}

/** `required`: whether the API asks for one. `ready()` answers it as the API takes it, or null. */
export function proofOfWork(required) {
  const element = h("p", { class: "quiet proof", role: "status", hidden: true });
  let work = null;
  let until = 0;

  async function solved() {
    const challenge = await getChallenge();
    if (!challenge.required) return null;
    until = expiryOf(challenge);
    const { solve } = await import("./solve.js");
    const { number } = await solve(challenge);
    const { algorithm, challenge: wanted, salt, signature } = challenge;
    return btoa(JSON.stringify({ algorithm, challenge: wanted, number, salt, signature }));
  }

  function begin(anew = false) {
    if (!required) return Promise.resolve(null);
    if (work && !anew && until - EARLY_MS > Date.now()) return work;
    until = Infinity;
    fill(element, t("proof.working"));
    work = solved();
    work.then(() => fill(element, t("proof.done")), () => { work = null; fill(element); });
    return work;
  }

  // Begun early it may fail unseen: sending asks again, and says what is the matter.
  return { element, begin: () => { begin().catch(() => {}); }, ready: (anew) => begin(anew) };
}
