/** Files that go with the letter: chosen or photographed, sent at once while one writes on, each with what became of it. */

import { fill, focusOn, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { fileRow } from "./row.js";
import { sizeText } from "./size.js";

const OPEN = new Set(["waiting", "preparing", "uploading"]);

/** `limits` as `GET /rulebook` tells them; without them there is nothing to see. `kept` is what `kept()` answered last time. */
export function chosenFiles(limits, kept, changed) {
  let rows = [];
  const list = h("ul", { class: "files-chosen" });
  const error = h("p", { class: "field-error", id: "files-error", hidden: true });
  const told = h("p", { class: "help", role: "status" });
  const over = h("p", { class: "help", role: "status" });
  const types = limits?.types ?? [];
  const extensions = types.flatMap((each) => each.extensions);
  const accept = [...types.map((each) => each.type), ...extensions.map((each) => `.${each}`)].join(",");
  const said = "files-help files-error";
  const picker = (more) => h("input", { type: "file", class: "visually-hidden", "aria-describedby": said, on: { change: chosen }, ...more });
  const choose = picker({ id: "files-choose", multiple: true, accept });
  const camera = picker({ id: "files-camera", accept: "image/jpeg", capture: "environment" });
  const button = (input, key) => [input, h("label", { class: "button secondary small", for: input.id }, t(`files.${key}`))];
  const help = limits ? t("files.help", { n: limits.max_files, size: sizeText(limits.max_bytes), types: extensions.join(t("common.list")) }) : "";
  const element = h("fieldset", { class: "field files-field", hidden: !limits },
    h("legend", null, t("files.title"), h("span", { class: "optional" }, t("common.optional"))),
    h("p", { class: "help", id: "files-help" }, help), error, list,
    h("div", { class: "file-buttons" }, button(choose, "choose"), h("span", { class: "touch-only" }, button(camera, "camera"))), over, told);

  function update(row) {
    if (row?.state === "done" || row?.state === "failed" || row?.state === "refused") fill(told, t(`files.told_${row.state}`, { name: row.name }));
    showError("");
    changed();
  }

  function add(item) {
    const row = fileRow(item, { limits, changed: update, removed: remove });
    rows.push(row);
    list.append(row.element);
    return row;
  }

  function remove(row) {
    rows = rows.filter((each) => each !== row);
    row.element.remove();
    fill(told, t("files.told_removed", { name: row.name }));
    changed();
    focusOn(choose);
  }

  function chosen({ target }) {
    const files = [...target.files];
    target.value = "";
    const room = Math.max(0, limits.max_files - rows.length);
    fill(over, files.length > room ? t("files.too_many", { n: limits.max_files }) : "");
    files.slice(0, room).map((file) => add({ name: file.name, size: file.size, file })).forEach((row) => row.send());
  }

  const showError = (message) => {
    fill(error, message);
    error.hidden = !message;
    element.classList.toggle("invalid", Boolean(message));
  };

  for (const item of Array.isArray(kept) && limits ? kept : []) {
    const isGood = item.id && item.until > Date.now();
    add({ ...item, state: isGood ? "done" : item.id ? "expired" : "unfinished" });
  }

  return {
    element,
    part: { element, showError, target: choose },
    ids: () => rows.filter((row) => row.state === "done").map((row) => row.id),
    names: () => rows.map((row) => row.name),
    kept: () => rows.filter((row) => row.state !== "refused").map(({ id, name, size, until }) => ({ id, name, size, until })),
    /** Files that still travel are none: sending waits for them. */
    faults: () => (rows.some((row) => row.state !== "done" && !OPEN.has(row.state)) ? [{ field: "attachments", message: t("files.look") }] : []),
    isBusy: () => rows.some((row) => OPEN.has(row.state)),
    settled: () => Promise.all(rows.map((row) => row.running)),
    /** The server does not take the `nth` of those that were sent. */
    refuse: (nth, message) => rows.filter((row) => row.state === "done")
      .filter((_, index) => nth === null || nth === index).forEach((row) => row.refuse(message)),
    clear: () => { rows.forEach((row) => row.stop()); rows = []; fill(list); fill(told); fill(over); },
  };
}
