/** What the writer gets for a letter: two codes, shown once, and the time limits that have begun. */

import { clockCard } from "./clocks.js";
import { config, shared } from "../shared/config.js";
import { facts, fill, focusOn, h } from "../shared/dom.js";
import { dateText, grouped, instantText, localDate, t, word } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";

const shown = (code) => h("output", { class: "code" }, code);

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "visually-hidden", value: text });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

function slip(answer) {
  const due = (answer.clocks ?? [])[0];
  return h("section", { class: "slip", "aria-label": t("receipt.slip_title") },
    h("p", { class: "slip-title" }, h("img", { src: shared("logo.svg"), alt: "", width: 28, height: 28 }), t("brand"), " · ", t("receipt.slip_title")),
    h("dl", { class: "codes" },
      h("div", null, h("dt", null, t("receipt.tracking_code")), h("dd", null, shown(grouped(answer.tracking_code)))),
      h("div", { class: "key" }, h("dt", null, t("receipt.query_code")), h("dd", null, shown(grouped(answer.query_code, " "))))),
    facts([
      [t("receipt.subject"), answer.subject],
      [t("receipt.received_at"), instantText(answer.received_at)],
      [due ? t("receipt.due_of", { clock: word("clocks", due.name) }) : "", due?.due_on ? dateText(due.due_on) + (due.provisional ? t("common.aside", { text: t("clock.provisional") }) : "") : null],
    ]),
    h("p", { class: "quiet" }, t("receipt.slip_how"), " ", t("receipt.slip_warning")),
    config.office.name || config.office.phone ? h("p", { class: "quiet" }, config.office.name, " ", config.office.phone) : null);
}

/** Shows the receipt in `page`; `kept` is the tab's copy, dropped when the writer has noted the codes. */
export function showReceipt(page, answer, kept) {
  const told = h("p", { "aria-live": "polite", class: "help" });
  const both = [["tracking_code", grouped(answer.tracking_code)], ["query_code", answer.query_code]]
    .map(([name, value]) => t("common.labelled", { label: t(`receipt.${name}`), value })).join("\n");
  const copy = async () => fill(told, t((await copyText(both)) ? "receipt.copied" : "receipt.copy_failed"));
  const heading = h("h1", null, t("receipt.title"));
  const follow = h("a", { class: "button secondary", href: `follow.html#${encodeURIComponent(answer.tracking_code)}` }, t("receipt.follow"));
  const hide = () => {
    kept.clear();
    fill(page, heading, notice("good", t("receipt.done_text")), h("div", { class: "actions" }, follow,
      h("a", { class: "button secondary", href: "write.html" }, t("receipt.another"))));
    focusOn(heading);
  };
  const button = (key, click, tone = "secondary") => h("button", { type: "button", class: tone, on: { click } }, t(`receipt.${key}`));
  fill(page, heading, notice("warn", h("p", null, t("receipt.lead")), h("p", null, t("receipt.stay"))),
    slip(answer),
    h("div", { class: "actions no-print" }, button("copy", copy, "primary"), button("print", () => window.print()), button("done", hide), follow), told,
    (answer.clocks ?? []).length ? h("section", { class: "no-print" }, h("h2", null, t("receipt.clocks")),
      answer.clocks.map((clock) => clockCard(clock, { open: true, today: localDate(new Date(answer.received_at)) }))) : null);
  focusOn(heading);
}
