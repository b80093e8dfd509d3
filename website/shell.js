/** What every page shares: skip link, header, navigation, footer, page title, and how failures to load are told. */

import { config } from "./config.js";
import { fill, focusOn, h } from "./dom.js";
import { draft, forThisTab } from "./drafts.js";
import { language, t } from "./i18n.js";

const PUBLIC_PAGES = ["index", "write", "follow", "answers", "notices"];

/** Draws header and footer, and returns the element the page's own content goes into. */
export function startPage() {
  const page = document.body.dataset.page;
  document.documentElement.lang = language;
  document.title = `${t(`titles.${page}`)} · ${t("brand")}`;
  const main = document.getElementById("main");
  const skip = (event) => { event.preventDefault(); focusOn(main); };
  document.body.prepend(h("a", { class: "skip", href: "#main", on: { click: skip } }, t("skip")));
  fill(document.getElementById("header"), header(page));
  fill(document.getElementById("footer"), footer());
  const content = h("div", { class: "wrap" });
  fill(main, content);
  return content;
}

function header(page) {
  const pages = page === "desk" ? ["desk"] : PUBLIC_PAGES;
  const link = (name) =>
    h("li", null, h("a", { href: `${name}.html`, "aria-current": name === page ? "page" : null }, t(`nav.${name}`)));
  const county = config.county || draft(forThisTab, "county").read();
  return h("div", { class: "wrap header-row" },
    h("a", { class: "brand", href: page === "desk" ? "desk.html" : "index.html" },
      h("img", { src: "logo.svg", alt: "", width: 40, height: 40 }),
      h("span", null, h("strong", null, t("brand")),
        h("small", { class: "site" }, county ? t("site_of", { county }) : t("site")))),
    page === "desk" ? null : h("nav", { "aria-label": t("menu") }, h("ul", null, pages.map(link))));
}

/** Puts the county's name, as the API told it, into the header, unless the settings name it. */
export function nameCounty(county) {
  if (config.county || typeof county !== "string" || !county) return;
  draft(forThisTab, "county").write(county);
  document.querySelector(".brand .site").textContent = t("site_of", { county });
}

function footer() {
  const { name, phone, address, hours } = config.office;
  const line = (key, value) => (value ? h("p", null, t(`footer.${key}`, { value })) : null);
  return h("div", { class: "wrap" },
    name ? h("p", null, h("strong", null, name)) : null,
    line("phone", phone), line("address", address), line("hours", hours),
    h("p", null, t("footer.hotline")), h("p", { class: "quiet" }, t("footer.hint")),
    config.icp
      ? h("p", { class: "quiet" }, h("a", { href: "https://beian.miit.gov.cn/", rel: "noopener noreferrer" }, config.icp))
      : null);
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
