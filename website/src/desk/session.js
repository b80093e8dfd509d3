/** The link of this tab, and what its owner was writing: kept until it is sent, until they leave, or for two weeks. */

import { fragment } from "../shared/dom.js";
import { draft, forget, forThisTab, lasting, onOtherTab } from "../shared/drafts.js";

const kept = draft(forThisTab, "desk");
/** Said to the other tabs and dropped at once. */
const farewell = draft(lasting, "desk-left");
const draftsOf = (contact) => `desk.${contact.id}.`;

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

/** Whose desk this is, so that it is left together with their other tabs: pages to print take it over with the link. */
export function belongsTo(contact) {
  kept.write({ ...kept.read(), contact: contact.id });
}

/** What this contact was writing outlives the tab: a phone call or the next mail must not cost an answer. */
export function ownDrafts(contact) {
  return { store: lasting, prefix: draftsOf(contact) };
}

/** Leaves nothing of this contact's desk behind in this browser, and lets their other tabs know. */
export function leaveDesk(contact) {
  forget(forThisTab);
  forget(lasting, draftsOf(contact));
  farewell.write({ contact: contact.id, at: Date.now() });
  farewell.clear();
}

/** Calls `listener` when the contact whose desk this is has left it in another tab; then this one has forgotten it too. */
export function onLeft(listener) {
  onOtherTab("desk-left", (left) => {
    if (!left || left.contact !== kept.read()?.contact) return;
    forget(forThisTab);
    listener();
  });
}
