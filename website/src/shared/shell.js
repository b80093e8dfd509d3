/** What every page shares: its place for content, the links to other languages, and how failures are told. */

import { fill, focusOn, h } from "./dom.js";
import { dropOld } from "./drafts.js";
import { t } from "./i18n.js";

/** Drops old drafts, makes the page's links work as a script can make them, and returns the element the page's own content goes into. */
export function startPage() {
  dropOld();
  const main = document.getElementById("main");
  const to = (selector, listener) => document.querySelectorAll(selector).forEach((link) => link.addEventListener("click", listener));
  to(".skip", (event) => { event.preventDefault(); focusOn(main); });
  // What stands after # is which letter is open: it goes along into the other language.
  to(".languages a", ({ currentTarget: link }) => { link.hash = location.hash; });
  const content = h("div", { class: "wrap" });
  fill(main, content);
  return content;
}

export function loading() {
  return h("p", { class: "loading", role: "status" }, t("common.loading"));
}

/** A box that says something; `tone` is info, good, warn or bad. */
export function notice(tone, ...children) {
  return h("div", { class: `notice ${tone}`, role: tone === "bad" ? "alert" : "status" }, children);
}

function waitText(seconds) {
  return seconds ? t("errors.wait_minutes", { n: Math.max(1, Math.ceil(seconds / 60)) }) : t("errors.wait_later");
}

/** What happened to something that was being sent, in one plain sentence. */
export function sendFailure(error) {
  if (error.kind !== "problem") return t(`errors.${error.kind}`);
  if (error.status >= 500) return t("errors.server");
  if (error.status === 429) return t("errors.busy", { wait: waitText(error.retryAfter) });
  return error.detail || error.title ? t("errors.unexpected", { detail: error.detail || error.title }) : t("errors.refused");
}

/** What happened to something that was being read; `lockedKey` words a 429. */
export function loadFailure(error, lockedKey = "errors.busy") {
  if (error.kind !== "problem") return t(`errors.load_${error.kind}`);
  if (error.status >= 500) return t("errors.load_server");
  if (error.status === 429) return t(lockedKey, { wait: waitText(error.retryAfter) });
  return error.detail || error.title || t("errors.load");
}

/** A box for a failed load with a button that tries again. */
export function loadFailed(error, retry) {
  return notice("bad", h("p", null, loadFailure(error)),
    retry ? h("button", { type: "button", class: "secondary", on: { click: retry } }, t("common.retry")) : null);
}
