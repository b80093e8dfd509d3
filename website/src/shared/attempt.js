/**
 * One attempt to send something, however often it is tried: the same content keeps its Idempotency-Key until it has
 * succeeded, so that a retry on a poor network makes no second letter. Other content gets another key, because the
 * server binds a key to what was sent with it.
 */

import { uuid } from "./dom.js";

/** What refuses the content itself: sent before, it was refused then too. */
const REFUSALS = [400, 413, 422];

/** Fits `previous` (or null) to `content`; `sent` says that the content was sent and its fate is unknown. */
export function attemptFor(content, previous) {
  const text = JSON.stringify(content);
  return previous?.text === text ? previous : { key: uuid(), text, sent: false };
}

/**
 * What `attempt`, as it was before it was tried, is after `error`: null when nothing came of it for certain. What was sent before
 * and may have arrived keeps its key through whatever else goes wrong (too many requests, a part of the page that does not load).
 */
export function attemptAfter(error, attempt) {
  if (error.uncertain || error.status === 409) return { ...attempt, sent: true };
  return attempt.sent && !REFUSALS.includes(error.status) ? attempt : null;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Calls `send`, and while the server answers that it is busy, perhaps with this very request, asks again. */
export async function sendPatiently(send, busy, delays = [1000, 2000, 4000]) {
  for (const delay of delays) {
    try {
      return await send();
    } catch (error) {
      if (!busy(error)) throw error;
      await pause(delay);
    }
  }
  return send();
}
