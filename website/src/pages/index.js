/** The first page: what this is, what it takes, how long it takes, and whether the watch over time limits is alive. */

import { getHealth, getRulebook } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { dateText, instantText, limitText, list, t } from "../shared/i18n.js";
import { clausesOf, extensionCap, kindsOf, namedLimit } from "../shared/rulebook.js";
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
  return h("section", { class: "card" }, h("h2", null, t("index.how")), h("ol", { class: "steps" }, list("index.steps").map(item)));
}

const clauseTag = (clause) => (clause ? h("span", { class: "clause" }, clause) : null);

function limits(rulebook) {
  const kinds = kindsOf(rulebook);
  if (kinds.length === 0) return null;
  const head = ["kind", "limit", "clause"].map((name) => h("th", { scope: "col" }, t(`index.col_${name}`)));
  const row = (kind) => h("tr", null, h("th", { scope: "row" }, kind.title),
    h("td", null, kind.limit ? limitText(kind.limit) : t("limits.none"),
      kind.complex ? h("span", { class: "quiet" }, t("index.complex", { limit: limitText(kind.complex) })) : null),
    h("td", null, kind.clause ? clauseTag(kind.clause) : kind.limit ? t("index.county_own") : "—"));
  const cap = extensionCap(rulebook);
  return h("section", { class: "card" }, h("h2", null, t("index.limits")), h("p", null, t("index.limits_lead")),
    h("table", { class: "plain" }, h("thead", null, h("tr", null, head)), h("tbody", null, kinds.map(row))),
    cap ? h("p", null, t("index.extension", { limit: limitText(cap) })) : null,
    wording(rulebook, [...kinds.map((kind) => kind.clause), rulebook.extension?.clause]));
}

/** What the clauses named above say, for whoever wants to know. */
function wording(rulebook, ids) {
  const known = [...new Set(ids)].filter((id) => typeof rulebook.clauses?.[id] === "string");
  return known.length === 0 ? null : h("details", null, h("summary", null, t("index.clauses")),
    known.map((id) => h("p", null, clauseTag(id), " ", rulebook.clauses[id])));
}

function clauses(title, lead, value) {
  const items = clausesOf(value);
  if (items.length === 0) return null;
  const shared = items.every(({ clause }) => clause === items[0].clause) ? items[0].clause : null;
  return h("section", { class: "card" }, h("h2", null, title, " ", clauseTag(shared)), lead ? h("p", null, lead) : null,
    h("ol", { class: "clauses" }, items.map(({ text, clause }) => h("li", null, text, " ", shared ? null : clauseTag(clause)))));
}

function basis(rulebook) {
  const name = rulebook.title ?? rulebook.name;
  const from = rulebook.in_force_from;
  if (!name) return null;
  return h("p", { class: "quiet" }, from ? t("index.basis_from", { name, date: dateText(from, "plain_date") }) : t("index.basis", { name }));
}

function rules(rulebook) {
  return [
    steps(namedLimit(rulebook, "triage")), limits(rulebook),
    h("div", { class: "two" }, clauses(t("index.scope"), null, rulebook.scope),
      clauses(t("index.decline"), t("index.decline_lead"), rulebook.decline_grounds)),
    basis(rulebook),
  ];
}

function privacy() {
  return h("section", { class: "card" }, h("h2", null, t("index.privacy")),
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
fill(page, hero(), rulesPlace, privacy(), health);
showRules(rulesPlace);
showHealth(health);
