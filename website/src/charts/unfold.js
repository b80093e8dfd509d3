/** The button that shows all of a long figure. Printing shows all of it too. */

import { focusOn, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const unfolding = new WeakMap();
// One listener, which looks at what stands in the page then: figures are drawn anew with every choice.
addEventListener("beforeprint", () => document.querySelectorAll("button.unfold").forEach((button) => unfolding.get(button)?.()));

/** `unfold()` shows all `n` rows and takes the button away; `firstNew()` is the first row that was not seen before. */
export function unfoldButton(n, unfold, firstNew) {
  const press = () => { unfold(); focusOn(firstNew()); };
  const button = h("button", { type: "button", class: "link no-print unfold", on: { click: press } }, t("charts.all", { n }));
  unfolding.set(button, unfold);
  return button;
}
