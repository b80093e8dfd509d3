/** The link of this tab, and what its owner was writing: kept until it is sent, until they leave, or for two weeks. */

import { fragment } from "../shared/dom.js";
import { draft, forget, forThisTab, lasting } from "../shared/drafts.js";

const KEPT_MS = 14 * 86_400_000;
const kept = draft(forThisTab, "desk");

/** Takes `#<token>` out of the address, so that it stays out of the history and of screenshots; whether there was one. */
export function takeToken() {
  const given = fragment();
  if (!given || given.startsWith("/") || given === "main") return false;
  kept.write({ token: given });
  history.replaceState(null, "", `${location.pathname}#/`);
  return true;
}

export const currentToken = () => kept.read()?.token ?? null;
export const dropToken = () => kept.clear();

/** What this contact was writing outlives the tab: a phone call or the next mail must not cost an answer. */
export function ownDrafts(contact) {
  return { store: lasting, prefix: `desk.${contact.id}.` };
}

/** Leaves nothing of the desk behind in this browser. */
export function leaveDesk() {
  forget(forThisTab);
  drop(() => true);
}

/** Drops what nobody came back for. */
export function dropOldDrafts(now = Date.now()) {
  drop((value) => !(value?.at > now - KEPT_MS));
}

function drop(unwanted) {
  try {
    const storage = lasting();
    Object.keys(storage).filter((key) => key.startsWith("huiyin.desk.")).forEach((key) => {
      if (unwanted(draft(lasting, key.slice("huiyin.".length)).read())) storage.removeItem(key);
    });
  } catch {
    // Nothing can have been kept where storage is refused.
  }
}
