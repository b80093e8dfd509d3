/** What waits for me: under headings by how near the end of the limit is, with a search where there is much of it. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { groupOf, GROUPS } from "./near.js";
import { row, waitText } from "./rows.js";

const AT_ONCE = 50;
const FEW = 8;

const searched = (entry) => [entry.subject, entry.number, entry.tracking_code, ...(entry.units ?? [])].join(" ").toLowerCase();
/** A tracking code is found as it is printed, in groups, as well. */
const matches = (entry, wanted) => searched(entry).includes(wanted) || searched(entry).includes(wanted.replace(/[\s-]+/g, ""));

/** The entries in the order they are shown, each with its group. The order within a group is the API's. */
function inOrder(letters, today) {
  const placed = letters.map((entry) => ({ entry, group: groupOf(entry, today) }));
  return GROUPS.flatMap((name) => placed.filter(({ group }) => group === name));
}

/** The first letter that waits for me, apart from `code`; null when there is none. */
export function nextAfter(code, { letters = [], today }) {
  return inOrder(letters, today).find(({ entry, group }) => group !== "others" && entry.tracking_code !== code)?.entry ?? null;
}

/** How many letters wait, and how many of them are late or due today, in words. */
export function counts(letters, today) {
  const placed = inOrder(letters, today).filter(({ group }) => group !== "others");
  if (!placed.length) return h("p", { class: "lead" }, t("desk.empty"));
  const late = placed.filter(({ entry }) => groupOf({ ...entry, urgent: false }, today) === "overdue").length;
  const now = placed.filter(({ entry }) => groupOf({ ...entry, urgent: false }, today) === "today").length;
  return h("p", { class: "counts" }, h("strong", null, t("desk.count", { n: placed.length })),
    late ? h("span", { class: "late" }, t("desk.count_late", { n: late })) : null,
    now ? h("span", { class: "now" }, t("desk.count_today", { n: now })) : null);
}

function finder(letters, changed) {
  const codes = [...new Set(letters.map((each) => each.waits_for))].filter(Boolean);
  const find = h("input", { type: "search", id: "find", autocomplete: "off", on: { input: changed } });
  const waiting = (code) => letters.filter((each) => each.waits_for === code).length;
  const choice = (code) => h("option", { value: code }, t("desk.choice", { what: waitText(code), n: waiting(code) }));
  const only = h("select", { id: "only", on: { change: changed } }, h("option", { value: "" }, t("desk.all")), codes.map(choice));
  const wide = matchMedia("(min-width: 48rem)").matches;
  const element = h("details", { class: "finder", open: wide }, h("summary", null, t("desk.finder")), h("div", { role: "search" },
    h("p", null, h("label", { for: "find" }, t("desk.find")), find),
    codes.length > 1 ? h("p", null, h("label", { for: "only" }, t("desk.only")), only) : null));
  return { element, wanted: () => find.value.trim().toLowerCase(), waits: () => only.value };
}

/** The list itself. Of very many letters so many at a time. `own` is the name of the reader's unit. */
export function letterList(letters, today, own) {
  const place = h("div");
  const told = h("p", { class: "quiet", role: "status" });
  const more = h("button", { type: "button", class: "secondary" }, t("desk.more"));
  let shown = AT_ONCE;
  const draw = () => {
    const wanted = search.wanted();
    const found = inOrder(letters, today).filter(({ entry }) => (!search.waits() || entry.waits_for === search.waits()) && matches(entry, wanted));
    const visible = found.slice(0, shown);
    const sections = GROUPS.map((name) => [name, visible.filter(({ group }) => group === name), found.filter(({ group }) => group === name).length]);
    fill(place, sections.filter(([, here]) => here.length).map(([name, here, all]) => h("section", { class: `group-of of-${name}` },
      h("h2", null, t(`desk.groups.${name}`), " ", h("span", { class: "quiet" }, String(all))),
      h("ul", { class: "rows" }, here.map(({ entry }) => row(entry, today, own))))));
    fill(told, found.length === 0 && letters.length ? t("desk.none_found") : found.length > shown ? t("desk.shown", { n: shown, all: found.length }) : "");
    more.hidden = found.length <= shown;
  };
  const search = finder(letters, () => { shown = AT_ONCE; draw(); });
  more.addEventListener("click", () => {
    const first = shown;
    shown += AT_ONCE;
    draw();
    place.querySelectorAll("a.row")[first]?.focus();
  });
  draw();
  return h("div", { class: "waiting" }, letters.length > FEW ? search.element : null, place, told, more);
}

/** A list beside one's own (the pool, what is supervised, what lies longest): folded when long. */
export function besideList(name, letters, today, own) {
  const list = h("ul", { class: "rows" });
  const plain = (each) => (name === "supervised" ? { ...each, supervised: false } : each); // the heading says so
  const more = h("button", { type: "button", class: "secondary" }, t("desk.more"));
  let shown = 0;
  const add = () => {
    list.append(...letters.slice(shown, shown + AT_ONCE).map((each) => row(plain(each), today, own)));
    shown += AT_ONCE;
    more.hidden = letters.length <= shown;
  };
  more.addEventListener("click", add);
  add();
  return h("details", { class: "card fold", open: letters.length <= FEW / 2 },
    h("summary", null, h("h2", null, t(`desk.${name}`), " ", h("span", { class: "quiet" }, String(letters.length)))),
    h("p", { class: "quiet" }, t(`desk.${name}_hint`)), list, more);
}
