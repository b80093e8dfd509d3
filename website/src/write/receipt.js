/** What the writer gets for a letter: two codes, shown once, what happens next, and the time limits that have begun. */

import { clockCard } from "../letter/clocks.js";
import { copyText } from "../shared/copy.js";
import { fill, focusOn, h } from "../shared/dom.js";
import { grouped, limitText, localDate, t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";
import { dueText, followAddress, slip } from "../letter/slip.js";

/** Both codes and where they are good for, as a small file for whoever cannot print. */
function saveText(text, name) {
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain" }));
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function nextSteps({ clocks, limit, reachable }) {
  const due = (clocks ?? [])[0];
  return h("section", null, h("h2", null, t("receipt.next")), h("ol", { class: "next-steps" },
    h("li", null, due?.due_on ? t("receipt.next_triage", { date: dueText(due) }) : t("receipt.next_triage_plain")),
    h("li", null, limit ? t("receipt.next_answer", { limit: limitText(limit) }) : t("receipt.next_answer_plain")),
    h("li", null, t(reachable ? "receipt.next_told" : "receipt.next_look"))));
}

/** Shows the receipt in `page`; `kept` is the tab's copy, dropped when the writer has noted the codes. */
export function showReceipt(page, answer, kept) {
  document.title = `${t("receipt.title")} · ${t("brand")}`;
  const code = grouped(answer.tracking_code);
  const told = h("p", { role: "status", class: "help" });
  const noted = [["tracking_code", code], ["query_code", answer.query_code]]
    .map(([name, value]) => t("common.labelled", { label: t(`receipt.${name}`), value }));
  const both = [...noted, followAddress(answer.tracking_code)].join("\n");
  const copy = async () => fill(told, t((await copyText(both)) ? "receipt.copied" : "receipt.copy_failed"));
  const save = () => { saveText(`${both.replace(/\n/g, "\r\n")}\r\n`, `${t("receipt.file")}-${code}.txt`); fill(told, t("receipt.saved")); };
  const heading = h("h1", null, t("receipt.title"));
  const follow = h("a", { class: "button secondary", href: `follow.html#${encodeURIComponent(answer.tracking_code)}` }, t("receipt.follow"));
  const hide = () => {
    kept.clear();
    fill(page, heading, notice("good", t("receipt.done_text")), h("div", { class: "actions" }, follow,
      h("a", { class: "button secondary", href: "write.html" }, t("receipt.another"))));
    focusOn(heading);
  };
  const button = (key, click, tone = "secondary") => h("button", { type: "button", class: tone, on: { click } }, t(`receipt.${key}`));
  fill(page, h("div", { class: "receipt-page" }, heading, notice("warn", h("p", null, t("receipt.lead")), h("p", null, t("receipt.stay"))),
    slip(answer),
    h("div", { class: "actions no-print" }, button("copy", copy, "primary"), button("save", save), button("print", () => window.print())), told,
    h("div", { class: "no-print" }, nextSteps(answer),
      h("div", { class: "actions" }, follow, button("done", hide, "link")),
      (answer.clocks ?? []).length ? h("section", null, h("h2", null, t("receipt.clocks")),
        answer.clocks.map((clock) => clockCard(clock, { open: false, today: localDate(new Date(answer.received_at)) }))) : null)));
  window.scrollTo(0, 0);
  heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
}
