/** Which move of which letter is open in this tab, so that changing the language or coming back goes on where one was. */

import { draft, forThisTab } from "../shared/drafts.js";

const kept = draft(forThisTab, "desk-open");

/** Opens again in `panel` what was open of this letter, and keeps watch from now on. Returns what it opened, or null. */
export function keepOpen(panel, code) {
  const forms = [...panel.querySelectorAll("details.move")];
  const before = kept.read();
  const again = before?.code === code ? forms.find((each) => each.dataset.move === before.move) : null;
  if (again) {
    again.open = true;
    again.parentElement.open = true;
  }
  const note = () => {
    const open = forms.find((each) => each.open && each.isConnected);
    if (open) kept.write({ code, move: open.dataset.move });
    else if (panel.isConnected) kept.clear();
  };
  forms.forEach((each) => each.addEventListener("toggle", note));
  return again ?? null;
}

/** After a move was made nothing is left open. */
export const closeAll = () => kept.clear();
