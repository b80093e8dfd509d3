/**
 * The desk that e-mailed links open. The token goes from the address into this tab's storage at once, so that it stays
 * out of the history, of screenshots and of any link that is passed on. `#/CODE`, `#/reports`, `#/archive` and `#/` are the views.
 */

import { getDesk, getDeskReports, getUnits, postMessageSeen } from "../shared/api.js";
import { deputyCard } from "../desk/deputy.js";
import { archiveCard } from "../desk/archive.js";
import { accessForm } from "../desk/access.js";
import { openLetter } from "../desk/letter.js";
import { fill, focusOn, fragment, h } from "../shared/dom.js";
import { draft, forget, forThisTab } from "../shared/drafts.js";
import { dateText, daysBetween, instantText, localDate, t, word } from "../shared/i18n.js";
import { statusBadge } from "../letter/letter_parts.js";
import { unitName, unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const AT_ONCE = 50;
const page = startPage();
const kept = draft(forThisTab, "desk");
let names = new Map();

/** Takes `#<token>` out of the address; whether there was one. */
function takeToken() {
  const given = fragment();
  if (!given || given.startsWith("/") || given === "main") return false;
  kept.write({ token: given });
  history.replaceState(null, "", `${location.pathname}#/`);
  return true;
}

/** A link that was just opened lands on the letter it was sent for, if it was sent for one. */
async function land(token) {
  const { letter } = await getDesk(token);
  if (letter) history.replaceState(null, "", `${location.pathname}#/${encodeURIComponent(letter)}`);
}

/** What has no time limit may come with a date at the end of time, so that it sorts last. */
const hasDue = (letter) => Boolean(letter.due_on) && !letter.due_on.startsWith("9999");

function nearText(letter, today) {
  if (letter.overdue_days > 0) return ["overdue", t("desk.near.overdue", { n: letter.overdue_days })];
  if (!hasDue(letter)) return ["calm", letter.lying_days > 0 ? t("desk.near.lying", { n: letter.lying_days }) : t("desk.near.no_due")];
  const left = letter.working_days_left;
  if (typeof left === "number" && left > 0) return [left === 1 ? "soon" : "calm", t("desk.near.working_days", { n: left })];
  const days = daysBetween(today, letter.due_on);
  if (left === 0) return ["soon", t("desk.near.today")];
  if (days < 0) return ["overdue", t("desk.near.overdue_plain")];
  if (days <= 2) return [days === 2 ? "calm" : "soon", t(`desk.near.${["today", "tomorrow", "after"][days]}`)];
  return ["calm", t("desk.near.days", { n: days })];
}

function row(letter, today) {
  const [tone, near] = nearText(letter, today);
  return h("li", null, h("a", { class: `row ${tone}`, href: `#/${encodeURIComponent(letter.tracking_code)}` },
    h("span", { class: "near" }, near, hasDue(letter) ? h("small", null, dateText(letter.due_on), letter.provisional ? t("common.aside", { text: t("clock.provisional") }) : "") : null),
    h("span", { class: "what" }, h("strong", null, letter.subject),
      h("span", { class: "meta" }, [
        letter.urgent ? t("desk.urgent") : null, word("kinds", letter.kind), letter.number ?? t("desk.no_number"),
        letter.waits_for ? t("desk.waits_for", { what: waitText(letter.waits_for) }) : null,
        letter.unit ? t("desk.unit", { unit: unitName(letter.unit, names) }) : null,
        letter.for ? t("desk.for", { name: letter.for.name ?? letter.for }) : null,
      ].filter(Boolean).map((each) => h("span", null, each)))),
    letter.status ? statusBadge(letter) : null));
}

function waitText(code) {
  const known = word("waits", code);
  return known === code ? word("moves", code) : known;
}

function tabs(desk, current) {
  const tab = (href, name) => h("a", { href, "aria-current": current === name ? "page" : null }, t(`desk.${name}`));
  return h("nav", { class: "tabs", "aria-label": t("desk.title") }, tab("#/", "letters"), tab("#/archive", "archive"),
    desk.reads_reports ? tab("#/reports", "reports") : null);
}

function greeting(contact) {
  const roles = (contact.roles ?? []).map((role) => word("roles", role)).join(t("common.list"));
  return [
    h("h1", null, t("desk.hello", { name: contact.name })),
    h("p", { class: "quiet" }, t("desk.hello_unit", { unit: contact.unit_name ?? unitName(contact.unit, names), roles }), " ",
      h("button", { type: "button", class: "link", on: { click: leave } }, t("desk.leave"))),
  ];
}

async function showList(token) {
  const desk = await getDesk(token);
  const { contact, letters = [], undelivered = [], today = localDate(new Date()) } = desk;
  fill(page, greeting(contact), tabs(desk, "letters"),
    h("p", null, letters.length ? t("desk.count", { n: letters.length }) : t("desk.empty")),
    undelivered.length ? undeliveredCard(undelivered, token) : null,
    letterList(letters, today),
    ["pool", "supervised", "lying"].map((name) => (desk[name]?.length ? listCard(name, desk[name], today) : null)),
    deputyCard(desk, token, show));
}

/** A list beside one's own: the common pool, what is supervised, what has lain longest without a due date. */
function listCard(name, letters, today) {
  return h("section", { class: "card" }, h("h2", null, t(`desk.${name}`), " ", h("span", { class: "quiet" }, String(letters.length))),
    h("p", { class: "quiet" }, t(`desk.${name}_hint`)), h("ul", { class: "rows" }, letters.slice(0, AT_ONCE).map((letter) => row(letter, today))));
}

/** In the order of the desk: one's own turn, what is urgent, the nearest due first. Of very many so many at a time, and a field to find one by its subject or number. */
function letterList(letters, today) {
  const list = h("ul", { class: "rows" });
  const more = h("button", { type: "button", class: "button secondary" }, t("desk.more"));
  let shown = AT_ONCE;
  let wanted = "";
  const draw = () => {
    const found = letters.filter((letter) => `${letter.subject} ${letter.number ?? ""} ${letter.tracking_code}`.toLowerCase().includes(wanted));
    fill(list, ...found.slice(0, shown).map((letter) => row(letter, today)));
    more.hidden = found.length <= shown;
  };
  more.addEventListener("click", () => { shown += AT_ONCE; draw(); });
  const find = h("input", { type: "search", id: "find", autocomplete: "off" });
  find.addEventListener("input", () => { wanted = find.value.trim().toLowerCase(); shown = AT_ONCE; draw(); });
  draw();
  return h("div", null, letters.length > AT_ONCE ? h("p", null, h("label", { for: "find" }, t("desk.find")), find) : null, list, more);
}

/** Messages that did not get through: these people must be reached another way. Then the message may leave the list. */
function undeliveredCard(messages, token) {
  const seen = (message) => async (event) => {
    const button = event.target;
    button.disabled = true;
    try {
      await postMessageSeen(token, message.id);
    } catch (error) {
      if (!error.kind) throw error;
      button.disabled = false;
      if (error.status !== 404) {
        button.after(loadFailed(error, show));
        return;
      }
    }
    await show();
  };
  const line = (message) => h("li", null,
    message.tracking_code ? [h("a", { href: `#/${encodeURIComponent(message.tracking_code)}` }, message.number ?? message.tracking_code), " "] : null,
    t(message.to === "writer" ? "desk.undelivered_writer" : "desk.undelivered_staff", { channel: word("message_channels", message.channel), to: message.to, at: instantText(message.at) }), " ",
    h("button", { type: "button", class: "link", on: { click: seen(message) } }, t("desk.seen_to")));
  return h("section", { class: "card" }, h("h2", null, t("desk.undelivered")), h("ul", null, messages.map(line)));
}

async function showReports(token) {
  const [desk, { reports = [] }] = await Promise.all([getDesk(token), getDeskReports(token)]);
  const file = ({ name, url }) => h("li", null, h("a", { href: url, rel: "noopener noreferrer" }, name));
  const report = ({ period, name, files = [] }) => h("section", { class: "card" },
    h("h2", null, word("periods", period), " ", h("span", { class: "quiet" }, name)), h("ul", { class: "files" }, files.map(file)));
  fill(page, greeting(desk.contact), tabs(desk, "reports"), h("p", { class: "quiet" }, t("desk.report_hint")),
    reports.length ? reports.map(report) : notice("info", t("desk.no_reports")));
}

async function showArchive(token, month) {
  const desk = await getDesk(token);
  fill(page, greeting(desk.contact), tabs(desk, "archive"), archiveCard(token, month, desk.today ?? localDate(new Date()), names));
}

function leave() {
  forget(forThisTab);
  history.replaceState(null, "", location.pathname);
  fill(page, h("h1", null, t("desk.title")), notice("good", t("desk.left")));
}

function askForLink(title, words) {
  kept.clear();
  fill(page, h("h1", null, t(title)), h("p", { class: "lead" }, t(words)), accessForm());
}

async function show() {
  const justOpened = takeToken();
  const token = kept.read()?.token;
  if (!token) {
    askForLink("desk.no_link_title", "desk.no_link");
    return;
  }
  const expired = () => askForLink("desk.expired_title", "desk.expired");
  fill(page, h("h1", null, t("desk.title")), loading());
  try {
    if (justOpened) await land(token);
    const view = fragment().slice(1);
    if (view === "reports") await showReports(token);
    else if (view.split("/")[0] === "archive") await showArchive(token, view.split("/")[1] ?? "");
    else if (view) await openLetter(page, token, view, { names, expired });
    else await showList(token);
  } catch (error) {
    if (!error.kind) throw error;
    if (error.status === 401) expired();
    else fill(page, backLink(), error.status === 404 ? notice("warn", t("desk.not_found")) : loadFailed(error, show));
  }
  focusOn(page.querySelector("h1"));
}

function backLink() {
  return h("p", null, h("a", { href: "#/" }, `‹ ${t("desk.back")}`));
}

window.addEventListener("hashchange", show);
const units = getUnits().then((answer) => { names = new Map(unitsOf(answer).units.map((each) => [each.const, each.title])); }, () => null);
units.then(show);
