/** The letter kept in this browser while somebody writes it, and what its other tabs do with the same letter meanwhile. */

import { fill, h, uuid } from "../shared/dom.js";
import { draft, lasting, onOtherTab } from "../shared/drafts.js";
import { t } from "../shared/i18n.js";
import { notice } from "../shared/shell.js";

const KEEP_AFTER_MS = 300;
/** Phones end a page that is out of sight without saying more. */
const LEAVING = ["pagehide", "visibilitychange"];
const NAME = "letter";

/** What the browser has of a letter that was begun. */
export const letterDraft = () => draft(lasting, NAME);

/**
 * `content()` is what is to be kept beside the attempt; `begun` what was kept when this page opened. Returns an element for what is
 * to be said, and what keeps and drops. A draft has an `id`, so that it is known in every tab and is not sent from two of them.
 */
export function keeping(begun, content, attempt, changed) {
  const saved = letterDraft();
  const sent = draft(lasting, `${NAME}-sent`);
  const notKept = h("p", { class: "quiet", role: "status" });
  const elsewhere = h("div", null);
  let id = begun.id ?? uuid();
  let at = begun.at ?? 0;
  /** What stood here when another tab went on with the letter. */
  let old = null;
  /** Whether another tab has begun to send the letter, and nobody was told here what that means for what stands here. */
  let isUntold = false;
  let timer = 0;

  function stop() {
    clearTimeout(timer);
    timer = 0;
  }

  function soon() {
    stop();
    timer = setTimeout(unlessOlder, KEEP_AFTER_MS);
  }

  /** Going to another step here is no reason to drop what was written in another tab. */
  function unlessOlder() {
    if (JSON.stringify(content().values) === old) stop();
    else now();
  }

  function takeOver(theirs) {
    const known = attempt.kept()?.key;
    attempt.adopt(theirs?.attempt);
    if (attempt.isOpen() && attempt.kept().key !== known) isUntold = true;
  }

  function now() {
    stop();
    takeOver(saved.read());
    at = Date.now();
    old = null;
    if (!isSent()) fill(elsewhere);
    const refused = saved.write({ ...content(), attempt: attempt.kept(), id, at }) === null;
    fill(notKept, refused ? t("write.not_kept") : "");
  }

  const say = (tone, key, action) => fill(elsewhere, notice(tone, h("p", null, t(`write.${key}`)), action ? h("p", null, action) : null));
  const button = (key, click) => h("button", { type: "button", class: "link", on: { click } }, t(`write.${key}`));

  /** From here on this is another letter, with whatever stands in it. */
  function asAnother() {
    id = uuid();
    attempt.forget();
    now();
    changed();
  }

  const isSent = () => sent.read()?.id === id;
  const sayIsSent = () => say("warn", "sent_elsewhere", button("as_another", asAnother));

  onOtherTab(NAME, (theirs) => {
    stop();
    takeOver(theirs);
    old = JSON.stringify(content().values);
    if (theirs) say("info", "other_tab", button("other_tab_latest", () => location.reload()));
    else if (isSent()) sayIsSent();
    else say("info", "gone_elsewhere");
    changed();
  });

  const leaving = () => { if (timer) unlessOlder(); };
  LEAVING.forEach((event) => window.addEventListener(event, leaving, true));
  // Back from the page in another language, a browser may show this one as it was left.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && saved.read() && saved.read().at !== at) location.reload();
  });
  if (isSent()) sayIsSent();

  return {
    element: h("div", { "aria-live": "polite" }, elsewhere), notKept, soon, now,
    /** Whether another tab has sent it; then that is said. */
    isSentElsewhere() {
      if (isSent()) sayIsSent();
      return isSent();
    },
    /** Whether another tab has meanwhile sent other words of it, as far as is known; answered once. */
    isOnItsWay(letter) {
      takeOver(saved.read());
      const isOther = isUntold && attempt.differs(letter);
      isUntold = false;
      return isOther;
    },
    discard() {
      stop();
      id = uuid();
      fill(elsewhere);
      saved.clear();
    },
    arrived() {
      stop();
      LEAVING.forEach((event) => window.removeEventListener(event, leaving, true));
      sent.write({ id, at: Date.now() });
      saved.clear();
    },
  };
}
