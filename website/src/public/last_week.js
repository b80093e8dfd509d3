/** Last week's figures of the county, in four numbers that anybody understands. */

import { getPublished } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { numberText, percentText, shortDate, t } from "../shared/i18n.js";

/** A card that fills itself, and stays away where nothing has been published yet. */
export function lastWeekCard() {
  const card = h("section", { class: "card last-week", hidden: true });
  getPublished("statistics.json").then(({ last_week: week, smallest_shown: n }) => {
    if (!week) return;
    const span = t("week.span", { from: shortDate(week.from), through: shortDate(week.through) });
    fill(card, h("h2", null, t("week.title"), " ", h("small", { class: "quiet" }, span)),
      figures(week), week.received === 0 ? null : smallNote(week, n),
      h("p", null, h("a", { href: "performance.html" }, t("week.more"))));
    card.hidden = false;
  }, () => null);
  return card;
}

const told = (week) => [
  ["received", numberText(week.received)], ["answered", numberText(week.answered)],
  ["on_time", percentText(week.on_time_rate)], ["days", numberText(week.mean_days, 1)],
];

function figures(week) {
  if (week.received === 0) return h("p", null, t("week.none"));
  return h("dl", { class: "figures" }, told(week).map(([name, value]) =>
    h("div", null, h("dt", null, t(`week.${name}`)), h("dd", null, value ?? "—"))));
}

const smallNote = (week, n) =>
  (told(week).some(([, value]) => value === null) ? h("p", { class: "quiet" }, t("week.small", { n })) : null);
