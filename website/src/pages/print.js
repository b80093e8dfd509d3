/**
 * One printable page of the desk: `#/CODE/FORM/NTH`, or `#/archive/2026-11` for a month's register. The tab has the desk's
 * link from the one that opened it. What the API sends is shown without ever being run: no script is allowed in here.
 */

import { getForm, getMonthRegister } from "../shared/api.js";
import { fill, fragment, h } from "../shared/dom.js";
import { draft, forThisTab } from "../shared/drafts.js";
import { t } from "../shared/i18n.js";
import { loadFailure } from "../shared/shell.js";

const main = document.getElementById("main");
const say = (words) => fill(main, h("p", { class: "print-note", role: "alert" }, words));

function asked(token) {
  const [first, second, third] = fragment().replace(/^\//, "").split("/");
  if (first === "archive") return getMonthRegister(token, second ?? "", third);
  return getForm(token, first ?? "", second ?? "", third ?? "1");
}

async function show() {
  const token = draft(forThisTab, "desk").read()?.token;
  if (!token) {
    say(t("print.no_link"));
    return;
  }
  fill(main, h("p", { class: "print-note", role: "status" }, t("common.loading")));
  try {
    const bare = (await asked(token)).replace(/<style>[^]*?<\/style>/, ""); // print.css says the same, and is allowed here
    const sent = new DOMParser().parseFromString(bare, "text/html");
    const paper = sent.querySelector("main.paper");
    document.title = sent.title || t("print.title");
    fill(main, bar(), h("article", { class: paper.className }, [...paper.childNodes].map((node) => document.importNode(node, true))));
  } catch (error) {
    if (!error.kind) throw error;
    say(error.status === 404 ? error.detail || t("print.gone") : error.status === 401 ? t("print.no_link") : loadFailure(error));
  }
}

function bar() {
  return h("div", { class: "print-bar" },
    h("button", { type: "button", on: { click: () => window.print() } }, t("print.print")),
    h("button", { type: "button", class: "secondary", on: { click: () => window.close() } }, t("print.close")),
    h("p", null, t("print.hint")));
}

window.opener = null;
window.addEventListener("hashchange", show);
show();
