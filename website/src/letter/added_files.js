/** Files that a writer adds to a letter they sent: the list from the page on which letters are written, as a field. */

import { fileList } from "../write/files.js";

/** `limits` as `GET /rulebook` tells them. Returns what `makeField` wants, and what a move asks before it is sent. */
export function addedFiles(limits) {
  const files = fileList(limits, null, () => null);
  const part = { ...files.part, read: files.ids, write: () => null };
  return { make: () => part, names: files.names, faults: files.faults, isBusy: files.isBusy, settled: files.settled };
}
