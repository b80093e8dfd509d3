/**
 * A table that is sorted by any of its columns, by its heads or, on a phone, by a list of them: there each row is a small
 * card, with the heads as words. Many rows are folded after the first ones.
 */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { unfoldButton } from "./unfold.js";

const ORDERS = { ascending: 1, descending: -1 };
const FIRST_SHOWN = matchMedia("(max-width: 47.99rem)").matches ? 5 : 12;
const FEW = 3;

/** What has no value goes last, whichever way round. */
function sorted(rows, { of }, order) {
  const value = (row) => of(row) ?? null;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return (a === null) - (b === null);
    return (typeof a === "string" ? a.localeCompare(b) : a - b) * ORDERS[order];
  });
}

/**
 * `columns`: `[{key, title, of(row), text(row), first}]`: `of` is what is sorted by, `text` what is shown, `first` the
 * order of the first press. The first column heads the row. `by` is the column sorted by from the start.
 */
export function sortableTable(caption, columns, rows, by) {
  let [sortedBy, order] = [columns.find(({ key }) => key === by), columns.find(({ key }) => key === by).first];
  let shown = rows.length > FIRST_SHOWN + FEW ? FIRST_SHOWN : rows.length;
  const said = h("p", { class: "visually-hidden", role: "status" });
  const body = h("tbody");
  const heads = columns.map((column) => h("th", { scope: "col" },
    h("button", { type: "button", class: "sort", on: { click: () => choose(column, column === sortedBy ? other() : column.first) } }, column.title)));
  const chosen = () => columns[list.selectedIndex];
  const list = h("select", { id: "sorted-by", on: { change: () => choose(chosen(), chosen().first) } },
    columns.map((column) => h("option", { selected: column === sortedBy }, column.title)));
  const all = unfoldButton(rows.length, unfold, () => body.children[FIRST_SHOWN]);
  all.hidden = rows.length <= shown;
  const other = () => (order === "ascending" ? "descending" : "ascending");

  function unfold() {
    shown = rows.length;
    all.hidden = true;
    show();
  }

  function choose(column, wanted) {
    [sortedBy, order] = [column, wanted];
    list.selectedIndex = columns.indexOf(column);
    show();
    fill(said, t(`charts.sorted_${order}`, { column: column.title }));
  }

  function show() {
    columns.forEach((column, index) => {
      if (column === sortedBy) heads[index].setAttribute("aria-sort", order);
      else heads[index].removeAttribute("aria-sort");
    });
    fill(body, sorted(rows, sortedBy, order).slice(0, shown).map((row) => h("tr", null, columns.map((column, index) =>
      (index === 0 ? h("th", { scope: "row" }, column.text(row)) : h("td", { "data-label": column.title }, column.text(row)))))));
  }

  show();
  return [said, h("p", { class: "sorted-by no-print" }, h("label", { for: list.id }, t("charts.sort_by")), list),
    h("table", { class: "stacked sortable" }, h("caption", null, caption), h("thead", null, h("tr", null, heads)), body), all];
}
