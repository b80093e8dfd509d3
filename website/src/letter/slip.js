/** The slip that is printed or noted down: two codes, the subject, when it came and by when something happens. */

import { config, shared } from "../shared/config.js";
import { facts, h } from "../shared/dom.js";
import { dateText, grouped, instantText, t, word } from "../shared/i18n.js";

const shown = (code) => h("output", { class: "code" }, code);

/** Where this letter can be followed: its number goes along, its query code never does. */
export function followAddress(code) {
  return new URL(`follow.html#${encodeURIComponent(code)}`, location.href).href;
}

/** A page's address as people type it. */
const typed = (page) => new URL(page, location.href).href.replace(/^https?:\/\//, "");

export function dueText({ due_on: on, provisional }) {
  return on ? dateText(on) + (provisional ? t("common.aside", { text: t("clock.provisional") }) : "") : "";
}

/** Puts the QR code in its place once the part that draws it has come; without it the slip is still a slip. */
async function draw(place, code) {
  try {
    const { qrCode } = await import("./qr.js");
    place.replaceChildren(qrCode(followAddress(code), t("receipt.qr")), h("figcaption", null, t("receipt.qr_how")));
  } catch {
    place.remove();
  }
}

export function slip(answer) {
  const due = (answer.clocks ?? [])[0];
  const place = h("figure", { class: "slip-qr" });
  draw(place, answer.tracking_code);
  const { name, phone, address } = config.office;
  return h("section", { class: "slip", "aria-label": t("receipt.slip_title") },
    h("p", { class: "slip-title" }, h("img", { src: shared("logo.svg"), alt: "", width: 28, height: 28 }), t("brand"), " · ", t("receipt.slip_title")),
    h("dl", { class: "codes" },
      h("div", null, h("dt", null, t("receipt.tracking_code")), h("dd", null, shown(grouped(answer.tracking_code)))),
      h("div", { class: "secret" }, h("dt", null, t("receipt.query_code")), h("dd", null, shown(grouped(answer.query_code, " "))))),
    h("div", { class: "slip-body" },
      facts([
        [t("receipt.subject"), answer.subject ? h("bdi", { class: "slip-subject" }, answer.subject) : null],
        [t("receipt.received_at"), instantText(answer.received_at)],
        [due ? t("receipt.due_of", { clock: due.title ?? word("clocks", due.name) }) : "", due ? dueText(due) : null],
      ]), place),
    h("p", { class: "quiet" }, t("receipt.slip_how", { address: typed("follow.html") }), " ", t("receipt.slip_warning")),
    name || phone ? h("p", { class: "quiet" }, [name, phone, address].filter(Boolean).join(" · ")) : null);
}
