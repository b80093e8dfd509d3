/**
 * The desk that e-mailed links open. The token goes from the address into this tab's storage at once. The views are
 * `#/CODE`, `#/new`, `#/reports`, `#/archive` and `#/`.
 */

import { getDesk, getUnits } from "../shared/api.js";
import { accessForm } from "../desk/access.js";
import { archiveCard } from "../desk/archive.js";
import { deputyCard } from "../desk/deputy.js";
import { back, openLetter } from "../desk/letter.js";
import { besideList, counts, letterList } from "../desk/list.js";
import { reportCards } from "../desk/reports.js";
import { belongsTo, currentToken, dropToken, leaveDesk, onLeft, takeToken } from "../desk/session.js";
import { takeIn } from "../desk/take_in.js";
import { undeliveredCard } from "../desk/undelivered.js";
import { fill, focusOn, fragment, h } from "../shared/dom.js";
import { localDate, t, word } from "../shared/i18n.js";
import { unitName, unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const page = startPage();
const title = document.title;
let names = new Map();
let turns = 0;

/** A link that was just opened lands on the letter it was sent for, if it was sent for one. */
async function land(token) {
  const { letter } = await getDesk(token);
  if (letter) history.replaceState(null, "", `${location.pathname}#/${encodeURIComponent(letter)}`);
}

function tabs(desk, current) {
  const tab = (href, name) => h("li", null, h("a", { href, "aria-current": current === name ? "page" : null }, t(`desk.${name}`)));
  return h("nav", { class: "tabs", "aria-label": t("desk.title") }, h("ul", null, tab("#/", "letters"),
    desk.contact.roles?.includes("centre") ? tab("#/new", "new") : null, tab("#/archive", "archive"), desk.reads_reports ? tab("#/reports", "reports") : null));
}

function greeting(contact) {
  const roles = (contact.roles ?? []).map((role) => word("roles", role)).join(t("common.list"));
  return h("div", { class: "greeting no-print" }, h("h1", null, t("desk.hello", { name: contact.name })),
    h("p", { class: "quiet" }, t("desk.hello_unit", { unit: contact.unit_name ?? unitName(contact.unit, names), roles }), " ",
      h("button", { type: "button", class: "link", on: { click: () => leave(contact) } }, t("desk.leave"))));
}

/** A view of the desk under its tab. */
function frame(desk, current, ...content) {
  document.title = `${t(`desk.${current}`)} · ${title}`;
  belongsTo(desk.contact);
  fill(page, greeting(desk.contact), tabs(desk, current), content);
}

function showList(desk, token) {
  const { letters = [], undelivered = [], today = localDate(new Date()) } = desk;
  const own = desk.contact.unit_name;
  frame(desk, "letters", counts(letters, today), undelivered.length ? undeliveredCard(undelivered, token, show) : null, letterList(letters, today, own),
    ["pool", "supervised", "lying"].map((name) => (desk[name]?.length ? besideList(name, desk[name], today, own) : null)), deputyCard(desk, token, show));
}

/** Each view loads what it needs, and answers how it is shown. */
const VIEWS = {
  letters: async (token) => { const desk = await getDesk(token); return () => showList(desk, token); },
  reports: async (token) => { const [desk, cards] = await Promise.all([getDesk(token), reportCards(token)]); return () => frame(desk, "reports", cards); },
  archive: async (token, month) => {
    const desk = await getDesk(token);
    return () => frame(desk, "archive", archiveCard(token, month, desk.today ?? localDate(new Date()), names));
  },
  new: async (token) => { const desk = await getDesk(token); return () => frame(desk, "new", takeIn(token, expired)); },
};
// Object.hasOwn is younger than the phones people have.
const has = Object.prototype.hasOwnProperty;

function leave(contact) {
  leaveDesk(contact);
  showLeft();
}

function showLeft() {
  turns += 1;
  history.replaceState(null, "", location.pathname);
  fill(page, h("h1", null, t("desk.title")), notice("good", t("desk.left")));
  focusOn(page.querySelector("h1"));
}

/** `why`: the server's own words for a link that no longer holds. */
function askForLink(heading, words, why = "") {
  dropToken();
  document.title = title;
  fill(page, h("h1", null, t(heading)), h("p", { class: "lead" }, why || t(words)), why ? h("p", null, t("desk.drafts_stay")) : null, accessForm());
  focusOn(page.querySelector("h1"));
}

function expired(error) {
  askForLink("desk.expired_title", "desk.expired", error?.detail);
}

/** What the address names. Who has gone on meanwhile is not brought back by an answer that comes late. */
async function show() {
  turns += 1;
  const mine = turns;
  const isCurrent = () => mine === turns;
  const justOpened = takeToken();
  const token = currentToken();
  if (!token) {
    askForLink("desk.no_link_title", "desk.no_link");
    return;
  }
  fill(page, h("h1", null, t("desk.title")), loading());
  try {
    if (justOpened) await land(token);
    const [name, rest = ""] = fragment().slice(1).split("/");
    const view = name || "letters";
    if (has.call(VIEWS, view)) {
      const shown = await VIEWS[view](token, rest);
      if (isCurrent()) shown();
    } else await openLetter(page, token, view, { names, expired, isCurrent });
  } catch (error) {
    if (!error.kind) throw error;
    if (!isCurrent()) return;
    if (error.status === 401) { expired(error); return; }
    fill(page, h("h1", null, t("desk.title")), back(), error.status === 404 ? notice("warn", t("desk.not_found")) : loadFailed(error, show));
  }
  if (isCurrent() && !page.contains(document.activeElement)) focusOn(page.querySelector("h1"));
}

onLeft(showLeft);
window.addEventListener("hashchange", show);
getUnits().then((answer) => { names = new Map(unitsOf(answer).units.map((each) => [each.const, each.title])); }, () => null).then(show);
