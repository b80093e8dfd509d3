/** Files that a writer adds to a letter they sent: the list from the page on which letters are written, as a field. */

import { chosenFiles } from "./chosen.js";

/**
 * `limits` as `GET /rulebook` tells them; `kept` is what `kept()` answered last time, `changed` is called when that is something
 * else. Returns what `makeField` wants, and what a move asks before it is sent.
 */
export function addedFiles(limits, kept, changed) {
  const { part: shown, ids, ...files } = chosenFiles(limits, kept, changed);
  const part = { ...shown, read: ids, write: () => null };
  return { ...files, make: () => part };
}
