/** The letter as the API takes it, and where on this page the API's words for a place lie. */

const CONTACT = ["name", "phone", "email", "address"];

/** Why nobody but those who work on it will ever read this letter: `accusation`, `about`, `confidential` or null. */
export function privateBecause(values) {
  if (values.kind === "accusation") return "accusation";
  if (values.about_is === "yes") return "about";
  return values.keep_confidential ? "confidential" : null;
}

/** The body of `POST /letters`: the contact fields go under `writer`, what is about somebody into a list. */
export function letterOf(values, mailboxes, attachments = []) {
  const { about_is: isAbout, about_unit: unit, about_text: other, publish_consent: consent, ...rest } = values;
  const letter = Object.fromEntries(Object.entries(rest).filter(([name]) => !CONTACT.includes(name)));
  const about = isAbout === "yes" ? [unit ? { unit } : null, other ? { text: other } : null].filter(Boolean) : [];
  const only = mailboxes.length === 1 ? { mailbox: mailboxes[0].const } : {};
  return {
    ...only, ...letter, writer: writerOf(values),
    ...(about.length ? { about } : {}),
    ...(attachments.length ? { attachments } : {}),
    ...(consent && !privateBecause(values) ? { publish_consent: true } : {}),
  };
}

export function writerOf(values) {
  return Object.fromEntries(CONTACT.filter((name) => values[name]).map((name) => [name, values[name]]));
}

/** Where the API's words for a place differ from the page's. `nth` of the attachments is meant, where one is. */
export function placeOf({ field, message }) {
  const plain = String(field ?? "").replace(/[[\]/]+/g, ".").replace(/^\.+|\.+$/g, "");
  if (/^about\b.*unit$/.test(plain)) return { field: "about_unit", message };
  if (/^about\b/.test(plain)) return { field: "about_text", message };
  const attachment = /^attachments(?:\.(\d+))?/.exec(plain);
  if (attachment) return { field: "attachments", message, nth: attachment[1] === undefined ? null : Number(attachment[1]) };
  return { field: plain.replace(/^writer\./, ""), message };
}

/** Values that an earlier version of the page kept, with the answers that it did not ask for. */
export function completed(values) {
  const isAbout = values.about_unit || values.about_text ? "yes" : undefined;
  return { ...(isAbout ? { about_is: isAbout } : {}), ...values };
}
