/** The notice board: which letters are late, urged or sent back, with whom, and for how many working days by now. */

import { filters, labelled, option } from "../public/filters.js";
import { byUnit, chosen, daysChart, KINDS, meanings, total, unitCard } from "../public/notice_board.js";
import { getPublished, isAbsent } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { instantText, t, word } from "../shared/i18n.js";
import { loadFailed, loading, notice, startPage } from "../shared/shell.js";

const OPEN_AT_FIRST = 3;

const page = startPage();
const body = h("div");

function board(notices) {
  const list = h("div");
  const said = h("p", { role: "status" });
  const groups = byUnit(notices);
  const unit = h("select", { id: "unit", on: { change: show } }, option("", t("notices.all_units")), groups.map((each) => option(each.unit, each.name)));
  const kind = h("select", { id: "kind", on: { change: show } }, option("", t("notices.all_kinds")),
    KINDS.map((each) => option(each, word("notices.kinds", each))));

  function show() {
    const found = chosen(notices, unit.value, kind.value);
    fill(said, found.length ? total(found) : t("notices.nothing_found"));
    fill(list, byUnit(found).map((each, index) => unitCard(each, index < OPEN_AT_FIRST)));
  }

  show();
  return [daysChart(groups), filters(labelled(unit, "notices.unit"), labelled(kind, "notices.kind")), said, list];
}

async function show() {
  fill(body, loading());
  try {
    const data = await getPublished("notices.json");
    const asOf = data.as_of ? h("p", { class: "quiet" }, t("notices.as_of", { at: instantText(data.as_of) })) : null;
    const notices = data.notices ?? [];
    fill(body, asOf, notices.length ? board(notices) : notice("good", t("notices.empty_board")), meanings());
  } catch (error) {
    if (!error.kind) throw error;
    fill(body, isAbsent(error) ? notice("info", t("notices.none_board")) : loadFailed(error, show));
  }
}

fill(page, h("h1", null, t("notices.title")), h("p", { class: "lead" }, t("notices.lead")), body);
show();
