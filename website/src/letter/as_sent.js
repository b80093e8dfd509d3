/** A letter as the API takes it, and where on a form the API's words for a place lie. */

const CONTACT = ["name", "phone", "email", "address"];

/** The body of a new letter: the contact fields go under `writer`, what is about somebody into a list. */
export function letterOf(values, mailboxes, attachments = []) {
  const { about_is: isAbout, about_unit: unit, about_text: other, publish_consent: consent, ...rest } = values;
  const letter = Object.fromEntries(Object.entries(rest).filter(([name]) => !CONTACT.includes(name)));
  const about = isAbout === "no" ? [] : [unit ? { unit } : null, other ? { text: other } : null].filter(Boolean);
  const only = mailboxes.length === 1 ? { mailbox: mailboxes[0].const } : {};
  return {
    ...only, ...letter, writer: writerOf(values),
    ...(about.length ? { about } : {}),
    ...(attachments.length ? { attachments } : {}),
    ...(consent ? { publish_consent: true } : {}),
  };
}

export function writerOf(values) {
  return Object.fromEntries(CONTACT.filter((name) => values[name]).map((name) => [name, values[name]]));
}

/** Where the API's words for a place differ from the form's. `nth` of the attachments is meant, where one is. */
export function placeOf({ field, message }) {
  const plain = String(field ?? "").replace(/[[\]/]+/g, ".").replace(/^\.+|\.+$/g, "");
  if (/^about\b.*unit$/.test(plain)) return { field: "about_unit", message };
  if (/^about\b/.test(plain)) return { field: "about_text", message };
  const attachment = /^attachments(?:\.(\d+))?/.exec(plain);
  if (attachment) return { field: "attachments", message, nth: attachment[1] === undefined ? null : Number(attachment[1]) };
  return { field: plain.replace(/^writer\./, ""), message };
}
