/** The two codes of a letter as people type and paste them: in groups, with full-width digits, off a slip. */

export const TRACKING_LENGTH = 12;
export const QUERY_LENGTH = 8;

/** Letters that the codes do not have, and what they are mistaken for. */
const MISREAD = { O: "0", I: "1", L: "1" };
const ALPHABET = "[0-9A-HJKMNP-TV-Z]";
const TRACKING = new RegExp(`(${ALPHABET}{4})[-\\s]?(${ALPHABET}{4})[-\\s]?(${ALPHABET}{4})(?!${ALPHABET})`);
const QUERY = /(\d{4})[-\s]?(\d{4})(?!\d)/;

const wide = (text) => String(text ?? "").normalize("NFKC").toUpperCase();
const bare = (text) => wide(text).replace(/[^0-9A-Z]/g, "");

export const trackingOf = (text) => bare(text).replace(/[OIL]/g, (letter) => MISREAD[letter]);
export const queryOf = (text) => bare(text).replace(/[OIL]/g, (letter) => MISREAD[letter]);

/** What was typed so far, in groups of four. */
export function inFours(text, mark) {
  return (bare(text).match(/.{1,4}/g) ?? []).join(mark);
}

/** Both codes, as far as a pasted text holds them: a slip, a message, a link to this page. */
export function codesIn(text) {
  const plain = wide(text).replace(/[\u2010-\u2015\u2212]/g, "-");
  const tracking = TRACKING.exec(plain);
  const rest = tracking ? plain.slice(0, tracking.index) + " " + plain.slice(tracking.index + tracking[0].length) : plain;
  const query = QUERY.exec(rest);
  return { tracking: tracking ? tracking.slice(1).join("") : null, query: query ? query.slice(1).join("") : null };
}
