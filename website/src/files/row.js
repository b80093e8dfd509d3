/** One chosen file on its way: its name, what is happening to it, and what one can do about it. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { clean } from "../forms/frame.js";
import { sizeText } from "./size.js";

/** The server keeps a file for its letter for a day; an hour before, we ask for it again. */
const GOOD_FOR_MS = 23 * 3_600_000;

/**
 * `item`: `{name, size, file?, id?, until?, state?}`. `state` is waiting, preparing, uploading, done, failed (may be tried
 * again), refused, expired or unfinished (has to be chosen again). `running` is a promise that ends with the upload.
 */
export function fileRow(item, { limits, changed, removed }) {
  const row = {
    id: item.id ?? null, name: clean(item.name) || "file", size: item.size, until: item.until ?? 0, state: item.state ?? "waiting",
    running: Promise.resolve(),
  };
  let abort = null;
  let why = "";
  const said = h("p", { class: "file-state" });
  const bar = h("progress", { max: 100, value: 0, hidden: true, "aria-label": t("files.progress", { name: row.name }) });
  const again = h("button", { type: "button", class: "link", on: { click: () => row.send() } }, t("common.retry"), hiddenName());
  const drop = h("button", { type: "button", class: "link", on: { click: () => { row.stop(); removed(row); } } });
  row.element = h("li", null, h("p", { class: "file-name" }, h("bdi", null, row.name)), said, bar, h("div", { class: "file-actions" }, again, drop));

  function hiddenName() {
    return h("span", { class: "visually-hidden" }, row.name);
  }

  function draw() {
    row.element.className = `file ${row.state}`;
    fill(said, t(`files.state_${row.state}`, { size: sizeText(row.size) }), why ? ` ${why}` : null);
    bar.hidden = row.state !== "uploading";
    again.hidden = row.state !== "failed";
    fill(drop, t(["waiting", "preparing", "uploading"].includes(row.state) ? "files.cancel" : "files.remove"), hiddenName());
  }

  function become(state, words = "") {
    row.state = state;
    why = words;
    draw();
    changed(row);
  }

  const steps = {
    on: (state) => become(state),
    progress: (part) => { bar.value = Math.round(part * 100); },
    resized: (size) => { row.size = size; },
  };

  async function run(signal) {
    try {
      const { upload } = await import("./upload.js");
      const sent = await upload(item.file, row.name, { limits, signal, ...steps });
      Object.assign(row, { id: sent.id, until: Date.now() + GOOD_FOR_MS });
      become("done", sent.kept ? t("files.not_stripped") : "");
    } catch (error) {
      if (signal.aborted) return;
      // A part of the page that cannot be loaded without network is a TypeError.
      if (!error.kind && error.name !== "TypeError") throw error;
      if (error.refused) become("refused", error.refused);
      else become("failed", navigator.onLine === false || error.kind === "offline" ? t("files.offline") : error.errors?.[0]?.message ?? error.detail ?? "");
    }
  }

  row.send = () => {
    abort = new AbortController();
    bar.value = 0;
    become("preparing");
    row.running = run(abort.signal);
  };
  row.stop = () => abort?.abort();
  row.refuse = (message) => { row.id = null; become("refused", message); };
  draw();
  return row;
}
