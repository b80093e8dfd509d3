/** Does the proof of work beside the page, so that the page stays quick. Says back what it found. */

import { solveChallenge } from "altcha-lib/v1";

self.addEventListener("message", async ({ data: { challenge, salt, algorithm, maxnumber } }) => {
  const { promise } = solveChallenge(challenge, salt, algorithm, maxnumber);
  self.postMessage(await promise);
});
