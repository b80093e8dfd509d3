/** One of many: radio buttons, and above them a box that leaves only those whose name holds what is typed. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { choiceCard } from "./choices.js";
import { frame } from "./frame.js";

const SEARCH_FROM = 10;

const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");

/** The first choice is always that of nothing, called `field.empty`. What is chosen stays in sight whatever is typed. */
export function pickerField(field, id) {
  let chosen = "";
  const options = [{ const: "", title: field.empty }, ...field.options];
  const input = (each) => h("input", { type: "radio", name: `${id}-choice`, on: { change: () => { chosen = each.const; } } });
  const rows = options.map((each) => ({ each, control: input(each), text: plain(each.title) }));
  rows.forEach((row) => { row.card = choiceCard(row.control, row.each, field.own && row.each.const !== ""); });
  const found = h("p", { class: "help", role: "status" });
  const search = h("input", { type: "search", id: `${id}-search`, autocomplete: "off", on: { input: narrow, keydown: stay } });
  const list = h("div", { class: "choices picker" }, rows.map(({ card }) => card));

  function narrow(event) {
    event?.stopPropagation();
    const wanted = plain(search.value);
    const fits = rows.filter(({ each, text }) => each.const !== "" && text.includes(wanted));
    rows.forEach((row) => { row.card.hidden = Boolean(wanted) && !fits.includes(row) && !row.control.checked && row.each.const !== ""; });
    fill(found, wanted ? t("common.found", { n: fits.length }) : "");
    list.scrollTop = 0;
  }

  function stay(event) {
    if (event.key === "Enter") event.preventDefault();
  }

  const write = (value) => {
    chosen = options.some((each) => each.const === value) ? value : "";
    rows.forEach(({ each, control }) => { control.checked = each.const === chosen; });
    search.value = "";
    narrow();
  };
  const searching = field.options.length > SEARCH_FROM
    ? h("div", { class: "picker-search" }, h("label", { for: search.id }, field.search), search, found) : null;
  const base = frame(field, id, h("div", null, searching, list), { group: true });
  return { ...base, read: () => chosen, write, target: searching ? search : rows[0].control };
}
