/** The page on which a citizen writes a letter, and then gets its two codes. */

import { getRulebook, getUnits } from "../shared/api.js";
import { fill, h } from "../shared/dom.js";
import { draft, forThisTab } from "../shared/drafts.js";
import { t } from "../shared/i18n.js";
import { kindsOf, unitsOf } from "../shared/rulebook.js";
import { loadFailed, loading, startPage } from "../shared/shell.js";
import { showReceipt } from "../write/receipt.js";
import { writing } from "../write/writing.js";

const page = startPage();
const receipt = draft(forThisTab, "receipt");

/** What the receipt says beside the answer's own words. */
function remembered(answer, letter, rulebook) {
  const limit = kindsOf(rulebook).find(({ code }) => code === letter.kind)?.limit ?? null;
  return { ...answer, subject: letter.subject, limit, reachable: Boolean(letter.writer.phone || letter.writer.email) };
}

async function start() {
  const previous = receipt.read();
  if (previous?.tracking_code) {
    showReceipt(page, previous, receipt);
    return;
  }
  fill(page, h("h1", null, t("write.title")), loading());
  try {
    const [rulebook, answer] = await Promise.all([getRulebook(), getUnits()]);
    fill(page, writing(rulebook, unitsOf(answer), (given, letter) => {
      const shown = remembered(given, letter, rulebook);
      receipt.write(shown);
      showReceipt(page, shown, receipt);
    }));
  } catch (error) {
    if (!error.kind) throw error;
    fill(page, h("h1", null, t("write.title")), loadFailed(error, start), h("p", null, t("write.lists_failed")));
  }
}

start();
