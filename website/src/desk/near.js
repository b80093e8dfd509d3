/** How near the end of a time limit is: in words, in a colour, and under which heading of the list. */

import { daysBetween, t } from "../shared/i18n.js";

/** The headings of the list, in order. */
export const GROUPS = ["urgent", "overdue", "today", "week", "later", "undated", "others"];

/** What has no time limit may come with a date at the end of time, so that it sorts last. */
export const hasDue = (entry) => Boolean(entry.due_on) && !entry.due_on.startsWith("9999");

const isLate = (entry, today) => entry.overdue_days > 0 || (hasDue(entry) && daysBetween(today, entry.due_on) < 0);

/** Days from `today` to the Sunday of its week. */
const leftOfWeek = (today) => (7 - new Date(`${today}T00:00:00Z`).getUTCDay()) % 7;

/** Which heading an entry of the desk's list stands under. What is urgent comes first whatever its limit. */
export function groupOf(entry, today) {
  if (entry.turn === "others") return "others";
  if (entry.urgent) return "urgent";
  if (isLate(entry, today)) return "overdue";
  if (!hasDue(entry)) return "undated";
  const days = daysBetween(today, entry.due_on);
  if (days === 0) return "today";
  return days <= leftOfWeek(today) ? "week" : "later";
}

/** `[tone, words]` for an entry; the tone (overdue, soon, calm) only repeats what the words say. */
export function nearText(entry, today) {
  if (isLate(entry, today)) return ["overdue", entry.overdue_days > 0 ? t("desk.near.overdue", { n: entry.overdue_days }) : t("desk.near.overdue_plain")];
  if (!hasDue(entry)) return ["calm", entry.lying_days > 0 ? t("desk.near.lying", { n: entry.lying_days }) : t("desk.near.no_due")];
  const days = daysBetween(today, entry.due_on);
  if (days <= 1) return ["soon", t(`desk.near.${["today", "tomorrow"][days]}`)];
  const left = entry.working_days_left;
  if (typeof left === "number" && left > 0) return [left === 1 ? "soon" : "calm", t("desk.near.working_days", { n: left })];
  return [days === 2 ? "soon" : "calm", t("desk.near.days", { n: days })];
}
