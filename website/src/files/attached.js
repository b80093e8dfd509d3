/** The files of a letter, to download. An address is good for a quarter of an hour only; then another is asked for. */

import { fill, h } from "../shared/dom.js";
import { instantText, t, word } from "../shared/i18n.js";
import { loadFailure } from "../shared/shell.js";
import { sizeText } from "./size.js";

/** Younger than this, an address holds whatever the reader's clock says of `expires_at`. */
const FRESH_MS = 10 * 60_000;

const TYPES = [["image/", "image"], ["application/pdf", "pdf"], [/wordprocessingml/, "word"], [/spreadsheetml/, "excel"]];

/** What a file is that has no name for this reader. */
function kindOf(type) {
  const known = TYPES.find(([sign]) => (typeof sign === "string" ? (type ?? "").startsWith(sign) : sign.test(type ?? "")));
  return known ? t(`files.types.${known[1]}`) : t("files.unnamed");
}

function about(file) {
  return [file.size && sizeText(file.size), file.by && word("roles", file.by), file.added_at && instantText(file.added_at)].filter(Boolean).join(" · ");
}

/** One file. `fresh(file)` resolves to it with an address that still holds, to null where the letter no longer has it. */
function item(file, isOld, fresh) {
  const said = h("span", { class: "quiet", role: "status" });
  let asking = false;
  const open = async (event) => {
    if (!isOld()) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    fill(said, t("files.fetching"));
    try {
      const now = await fresh(file);
      fill(said, now ? "" : t("files.gone"));
      if (now) link.click();
    } catch (error) {
      if (!error.kind) throw error;
      fill(said, loadFailure(error));
    } finally {
      asking = false;
    }
  };
  const name = file.name ?? kindOf(file.type);
  const link = h("a", { href: file.url, download: name, rel: "noopener noreferrer", on: { click: open } }, h("bdi", null, name));
  const element = h("li", null, file.url ? link : h("span", null, name), h("span", { class: "quiet" }, about(file)), said);
  return { id: file.id, link, element };
}

/** `attachments` of a letter's view, and how the letter is read once more; null when there are none. */
export function attachedFiles(attachments, read) {
  if (!Array.isArray(attachments) || attachments.length === 0) return null;
  let since = Date.now();
  const fresh = async (wanted) => {
    const there = ((await read()).attachments ?? []).filter((file) => file.url);
    since = Date.now();
    items.forEach(({ id, link }) => { link.href = there.find((file) => file.id === id)?.url ?? link.href; });
    return there.find((file) => file.id === wanted.id) ?? null;
  };
  const items = attachments.map((file) => item(file, () => Math.abs(Date.now() - since) > FRESH_MS, fresh));
  const reachable = attachments.some((file) => file.url);
  return h("div", { class: "attached" }, h("h3", null, t("files.title")), h("ul", { class: "file-list" }, items.map(({ element }) => element)),
    h("p", { class: "quiet no-print" }, t(reachable ? "files.hint" : "files.kept")));
}
