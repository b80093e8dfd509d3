/** Solves a challenge in a worker, or in the page where the browser has none. */

import { ApiError } from "../shared/api.js";
import { config, shared } from "../shared/config.js";

async function here({ challenge, salt, algorithm, maxnumber }) {
  const { solveChallenge } = await import("altcha-lib/v1");
  return solveChallenge(challenge, salt, algorithm, maxnumber).promise;
}

function beside(challenge) {
  return new Promise((done, fail) => {
    const worker = new Worker(shared(config.worker));
    worker.addEventListener("message", ({ data }) => { worker.terminate(); done(data); });
    worker.addEventListener("error", (event) => { event.preventDefault(); worker.terminate(); fail(new Error("no worker")); });
    worker.postMessage(challenge);
  });
}

/** `{number}`. Throws an ApiError when there is none to be found: then the challenge is none. */
export async function solve(challenge) {
  let found = null;
  try {
    found = window.Worker ? await beside(challenge) : await here(challenge);
  } catch {
    found = await here(challenge);
  }
  if (!found) throw new ApiError("problem", { status: 502 });
  return found;
}
