/** After a letter was taken in: the two codes to hand over, and a slip to print for who has no telephone. */

import { fill, focusOn, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { slip } from "../letter/slip.js";
import { notice } from "../shared/shell.js";
import { linkTo } from "./rows.js";

/** Shows in `place` what `receipt` keeps; `another` begins the next letter. */
export function takenIn(place, receipt, another) {
  const answer = receipt.read();
  const heading = h("h2", null, t("take_in.done"));
  const next = () => { receipt.clear(); another(); };
  fill(place, h("div", { class: "no-print" }, heading, notice("warn", t("take_in.hand_over"))), slip(answer),
    h("div", { class: "actions no-print" },
      h("button", { type: "button", class: "primary", on: { click: () => window.print() } }, t("receipt.print")),
      h("button", { type: "button", class: "secondary", on: { click: next } }, t("take_in.next")),
      h("a", { class: "button secondary", href: linkTo(answer.tracking_code) }, t("take_in.open"))));
  focusOn(heading);
}
