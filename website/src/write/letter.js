/** What the answers on this page mean for each other. */

/** Why nobody but those who work on it will ever read this letter: `accusation`, `about`, `confidential` or null. */
export function privateBecause(values) {
  if (values.kind === "accusation") return "accusation";
  if (values.about_is === "yes") return "about";
  return values.keep_confidential ? "confidential" : null;
}

/** Who agreed to publication before saying why nobody may read it has not agreed. */
export function consistent(values) {
  return privateBecause(values) ? { ...values, publish_consent: false } : values;
}

/** Values that an earlier version of the page kept, with the answers that it did not ask for. */
export function completed(values) {
  const isAbout = values.about_unit || values.about_text ? "yes" : undefined;
  return { ...(isAbout ? { about_is: isAbout } : {}), ...values };
}
