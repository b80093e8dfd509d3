/** The report files that this contact may read, to download. */

import { getDeskReports } from "../shared/api.js";
import { card, h } from "../shared/dom.js";
import { dateText, monthText, t, word } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";

const FEW = 6;

/** What people open first comes first. */
const ORDER = ["report.html", "report.xlsx", "letters.csv", "report.json", "inputs.json", "manifest.json"];
const place = ({ name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

function nameOf(name) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(name)) return dateText(name);
  return /^\d{4}-\d{2}$/.test(name) ? monthText(name) : name;
}

/** `report.html` says what it is in words; a file nobody knows keeps its name. */
function fileName(name) {
  const code = name.replace(".", "_");
  const found = word("report_files", code);
  return found === code ? name : found;
}

function reportCard({ name, files = [] }) {
  const file = (each) => h("li", null, h("a", { href: each.url, rel: "noopener noreferrer" }, fileName(each.name)));
  const inOrder = [...files].sort((one, other) => place(one) - place(other));
  return h("section", { class: "report" }, h("h3", null, nameOf(name)), h("ul", { class: "files" }, inOrder.map(file)));
}

function periodCard(period, reports) {
  const later = reports.slice(FEW);
  return card(word("periods", period), reports.slice(0, FEW).map(reportCard),
    later.length ? h("details", null, h("summary", null, t("desk.earlier_reports", { n: later.length })), later.map(reportCard)) : null);
}

/** A card for each kind of period, the newest first; what there is none of is not spoken of. */
export async function reportCards(token) {
  const { reports = [] } = await getDeskReports(token);
  const periods = [...new Set(reports.map((each) => each.period))];
  return [h("p", { class: "quiet" }, t("desk.report_hint")),
    periods.length ? periods.map((period) => periodCard(period, reports.filter((each) => each.period === period))) : notice("info", t("desk.no_reports"))];
}
