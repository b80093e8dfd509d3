/** Which step a place of the form lies in, and what is wrong with the answers of one step or of all. */

import { t } from "../shared/i18n.js";

const ATTACHMENTS = "attachments";

export function faultFinder(steps, form, files, hasUnits) {
  const stepOf = (place) => {
    if (place === ATTACHMENTS) return "letter";
    return steps.find((step) => step.fields.some(({ name }) => name === place))?.name ?? "check";
  };

  /** Who says that the letter is about somebody has to say about whom. */
  function aboutFault() {
    const { about_is: isAbout, about_unit: unit, about_text: other } = form.read();
    if (isAbout !== "yes" || unit || other) return [];
    return [{ field: hasUnits ? "about_unit" : "about_text", message: t("write.about_whom") }];
  }

  /** What an answer given before has made pointless is neither shown nor sent, whatever stands in it. */
  const counts = ({ field }) => form.read().about_is === "yes" || !["about_unit", "about_text"].includes(field);

  const all = () => [...form.check().filter(counts), ...aboutFault(), ...files.faults()];
  const inStep = (name) => all().filter(({ field }) => stepOf(field) === name);

  /** Nobody comes to a step before those ahead of it are filled in, whatever the address says. */
  function reachable(name) {
    const wanted = Math.max(0, steps.findIndex((step) => step.name === name));
    const wrong = new Set(all().map(({ field }) => stepOf(field)));
    return (steps.slice(0, wanted).find((step) => wrong.has(step.name)) ?? steps[wanted]).name;
  }

  return { stepOf, all, inStep, reachable };
}
