/** The desk's archive: the letters an office has or had, by the month they came in, and that month's register to print. */

import { getArchive } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { dateText, t, word } from "../shared/i18n.js";
import { statusBadge, unitNames } from "../letter/letter_parts.js";
import { loadFailed, loading, notice } from "../shared/shell.js";

/** A card for one month ("2026-11"), or that of `today`; choosing another changes the address, so that going back works. */
export function archiveCard(token, month, today, names) {
  const chosen = /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : today.slice(0, 7);
  const list = h("ul", { class: "rows" });
  const below = h("div");
  const pick = h("input", { type: "month", id: "month", value: chosen, min: "2000-01", pattern: "[0-9]{4}-[0-9]{2}" });
  pick.addEventListener("change", () => { if (pick.value) location.hash = `#/archive/${pick.value}`; });
  const load = async (after) => {
    fill(below, loading());
    try {
      const { letters = [], next } = await getArchive(token, chosen, after);
      list.append(...letters.map((letter) => row(letter, names)));
      fill(below, next ? moreButton(() => load(next)) : null, list.children.length ? null : notice("info", t("desk.archive_empty")),
        letters.length ? register(chosen, after) : null);
    } catch (error) {
      if (!error.kind) throw error;
      fill(below, loadFailed(error, () => load(after)));
    }
  };
  load();
  return h("section", { class: "card" }, h("p", { class: "quiet" }, t("desk.archive_hint")),
    h("p", null, h("label", { for: "month" }, t("desk.archive_month")), pick), list, below);
}

function moreButton(load) {
  return h("p", null, h("button", { type: "button", class: "button secondary", on: { click: load } }, t("desk.more")));
}

/** The page of the register that holds what was loaded last. The new tab takes over this tab's desk link. */
function register(month, after) {
  const href = `print.html#/archive/${month}${after ? `/${encodeURIComponent(after)}` : ""}`;
  return h("p", null, h("a", { href, target: "_blank", rel: "opener" }, t("desk.archive_print")));
}

function row(letter, names) {
  return h("li", null, h("a", { class: "row", href: `#/${encodeURIComponent(letter.tracking_code)}` },
    h("span", { class: "near" }, dateText(letter.received_on)),
    h("span", { class: "what" }, h("strong", null, letter.subject ?? t("desk.archive_hidden")),
      h("span", { class: "meta" }, [
        word("kinds", letter.kind), letter.number ?? t("desk.no_number"), unitNames(letter.units, names),
        letter.answered_on ? t("desk.archive_answered", { date: dateText(letter.answered_on) }) : null,
      ].filter(Boolean).map((each) => h("span", null, each)))),
    statusBadge(letter)));
}
