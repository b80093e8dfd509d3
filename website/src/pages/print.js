/**
 * One printable page of the desk: `#/CODE/FORM/NTH`, or `#/archive/2026-11` for a month's register. The tab has the desk's
 * link from the one that opened it. What the API sends is shown without ever being run: no script is allowed in here.
 */

import { currentToken, onLeft } from "../desk/session.js";
import { getForm, getMonthRegister } from "../shared/api.js";
import { fill, focusOn, fragment, h } from "../shared/dom.js";
import { dropOld } from "../shared/drafts.js";
import { language, t } from "../shared/i18n.js";
import { loadFailure } from "../shared/shell.js";

const main = document.getElementById("main");
const title = document.title;

/** Why there is nothing to print, and a way on. */
function say(words, again = null) {
  const heading = h("h1", null, t("print.title"));
  fill(main, h("div", { class: "print-note" }, heading, h("p", { role: "alert" }, words), h("p", { class: "print-actions" },
    again ? h("button", { type: "button", on: { click: again } }, t("common.retry")) : null, h("a", { href: "desk.html" }, t("print.desk")))));
  document.title = title;
  focusOn(heading);
}

function asked(token) {
  const [first, second, third] = fragment().replace(/^\//, "").split("/");
  if (first === "archive") return getMonthRegister(token, second ?? "", third);
  return getForm(token, first ?? "", second ?? "", third ?? "1");
}

/** The paper as the API wrote it, in the language it was written in: forms are the office's own, in Chinese. */
function show(html) {
  const bare = html.replace(/<style>[^]*?<\/style>/, ""); // print.css says the same, and is allowed here
  const sent = new DOMParser().parseFromString(bare, "text/html");
  const paper = sent.querySelector("main.paper");
  if (!paper) {
    say(t("print.gone"));
    return;
  }
  document.title = sent.title || t("print.title");
  const scrolls = paper.classList.contains("wide"); // so that a keyboard can move it
  const attributes = { class: paper.className, tabindex: scrolls ? "0" : null, lang: sent.documentElement.lang || "zh-Hans" };
  fill(main, bar(), h("article", attributes, [...paper.childNodes].map((node) => document.importNode(node, true))));
}

async function load() {
  const token = currentToken();
  if (!token) {
    say(t("print.no_link"));
    return;
  }
  fill(main, h("div", { class: "print-note" }, h("h1", null, t("print.title")), h("p", { role: "status" }, t("common.loading"))));
  try {
    show(await asked(token));
  } catch (error) {
    if (!error.kind) throw error;
    if (error.status === 404) say(error.detail || t("print.gone"));
    else if (error.status === 401) say(t("print.no_link"));
    else say(loadFailure(error), load);
  }
}

function bar() {
  return h("div", { class: "print-bar", role: "region", "aria-label": t("print.title") },
    h("button", { type: "button", on: { click: () => window.print() } }, t("print.print")),
    h("button", { type: "button", class: "secondary", on: { click: () => window.close() } }, t("print.close")),
    h("p", null, t("print.hint"), language === "zh-Hans" ? "" : [" ", t("print.chinese")]));
}

window.opener = null;
dropOld();
onLeft(() => say(t("print.no_link")));
window.addEventListener("hashchange", load);
load();
