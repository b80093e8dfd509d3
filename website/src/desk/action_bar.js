/** The likely move within a thumb's reach on a phone. It steps aside while a move is open, so that it hides nothing. */

import { focusOn, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** A bar for the moves in `panel`; `usual` names them, the likely one first. Nothing where there are none. */
export function actionBar(panel, usual) {
  const details = [...panel.querySelectorAll("details.move")];
  const likely = details.find((each) => each.dataset.move === usual[0]);
  if (!likely) return null;
  const open = (each) => { each.open = true; focusOn(each.querySelector("summary")); };
  const bar = h("div", { class: "action-bar", role: "group", "aria-label": t("desk.moves") },
    h("button", { type: "button", class: "primary", on: { click: () => open(likely) } }, likely.querySelector("summary").firstChild.textContent),
    details.length > 1
      ? h("button", { type: "button", class: "secondary", on: { click: () => focusOn(document.querySelector("#moves h2")) } },
        t("desk.all_moves", { n: details.length }))
      : null);
  const step = () => { bar.hidden = details.some((each) => each.open); };
  details.forEach((each) => each.addEventListener("toggle", step));
  step();
  return bar;
}
