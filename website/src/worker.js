/** Does the proof of work beside the page, so that the page stays quick. Says back what it found, or null. */

import { solveChallenge } from "altcha-lib/v1";

self.addEventListener("message", ({ data: { challenge, salt, algorithm, maxnumber } }) => {
  solveChallenge(challenge, salt, algorithm, maxnumber).promise.then((found) => self.postMessage(found), () => self.postMessage(null));
});
