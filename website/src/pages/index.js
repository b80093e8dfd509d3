/** The first page: what this is, what it takes, how long it takes, last week in figures, and whether the watch is alive. */

import { lastWeekCard } from "../public/last_week.js";
import { asPublished, clauseTag, foldedList, publishedNote, wording } from "../public/regulation.js";
import { getHealth, getRulebook } from "../shared/api.js";
import { card, fill, h } from "../shared/dom.js";
import { dateText, instantText, limitText, list, t } from "../shared/i18n.js";
import { extensionCap, kindsOf, kindTitle, namedLimit } from "../shared/rulebook.js";
import { loadFailed, loading, startPage } from "../shared/shell.js";

const page = startPage();

function hero() {
  return h("section", { class: "hero" },
    h("p", { class: "motto" }, t("tagline")), h("h1", null, t("index.title")), h("p", { class: "lead" }, t("index.lead")),
    h("div", { class: "actions" },
      h("a", { class: "button primary", href: "write.html" }, t("index.write")),
      h("a", { class: "button secondary", href: "follow.html" }, t("index.follow"))));
}

function steps(triage) {
  const item = ([title, words], index) => h("li", null, h("strong", null, title),
    index === 1 && triage ? h("span", { class: "tag" }, t("index.triage_limit", { limit: limitText(triage) })) : null, h("p", null, words));
  return card(t("index.how"), h("ol", { class: "steps" }, list("index.steps").map(item)));
}

function limits(rulebook) {
  const kinds = kindsOf(rulebook);
  if (kinds.length === 0) return null;
  const head = ["kind", "limit"].map((name) => h("th", { scope: "col" }, t(`index.col_${name}`)));
  const row = (kind) => h("tr", null, h("th", { scope: "row" }, kindTitle(kind)),
    h("td", null, kind.limit ? limitText(kind.limit) : t("limits.none"),
      kind.complex ? h("span", { class: "quiet" }, t("index.complex", { limit: limitText(kind.complex) })) : null, " ",
      kind.clause ? clauseTag(kind.clause) : h("span", { class: "quiet" }, kind.limit ? t("index.county_own") : null)));
  const cap = extensionCap(rulebook);
  return card(t("index.limits"), h("p", null, t("index.limits_lead")),
    h("table", { class: "plain" }, h("thead", null, h("tr", null, head)), h("tbody", null, kinds.map(row))),
    cap ? h("p", null, t("index.extension", { limit: limitText(cap) })) : null,
    wording(rulebook, [...kinds.map((kind) => kind.clause), rulebook.extension?.clause]));
}

function basis(rulebook) {
  const name = rulebook.title ?? rulebook.name;
  const from = rulebook.in_force_from;
  if (!name) return null;
  return h("p", { class: "quiet" }, from ? t("index.basis_from", { date: dateText(from, "plain_date") }) : t("index.basis"), " ", asPublished(name));
}

function rules(rulebook) {
  return [
    steps(namedLimit(rulebook, "triage")), limits(rulebook), publishedNote(),
    foldedList(t("index.scope"), null, rulebook.scope), foldedList(t("index.decline"), t("index.decline_lead"), rulebook.decline_grounds),
    basis(rulebook),
  ];
}

function privacy() {
  return card(t("index.privacy"),
    h("ul", null, list("index.privacy_items").map((item) => h("li", null, item))), h("p", { class: "urgent" }, t("index.urgent")));
}

async function showRules(place) {
  fill(place, loading());
  try {
    const rulebook = await getRulebook();
    fill(place, rules(rulebook));
  } catch (error) {
    if (!error.kind) throw error;
    fill(place, loadFailed(error, () => showRules(place)), steps(null));
  }
}

async function showHealth(place) {
  try {
    const { status, last_sweep_at: at } = await getHealth();
    const key = !at ? "health_never" : status && status !== "ok" && status !== "healthy" ? "health_bad" : "health_ok";
    fill(place, t(`index.${key}`, { at: instantText(at) }));
  } catch (error) {
    if (!error.kind) throw error;
    fill(place, t("index.health_unknown"));
  }
}

const rulesPlace = h("div", { class: "rules" });
const health = h("p", { class: "quiet health", role: "status" });
fill(page, hero(), lastWeekCard(), rulesPlace, privacy(), health);
showRules(rulesPlace);
showHealth(health);
