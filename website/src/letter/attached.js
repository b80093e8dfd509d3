/** The files of a letter, to download. Each address is good for a short while only. */

import { h } from "../shared/dom.js";
import { instantText, t, word } from "../shared/i18n.js";
import { sizeText } from "../write/file_row.js";

function item(file) {
  const name = file.name ?? t("files.unnamed");
  const about = [file.size && sizeText(file.size), file.by && word("roles", file.by), file.added_at && instantText(file.added_at)].filter(Boolean).join(" · ");
  return h("li", null, file.url ? h("a", { href: file.url, download: name, rel: "noopener noreferrer" }, name) : h("span", null, name), h("span", { class: "quiet" }, about));
}

/** `attachments` of a letter's view; null when there are none. */
export function fileList(attachments) {
  if (!Array.isArray(attachments) || attachments.length === 0) return null;
  const reachable = attachments.some((file) => file.url);
  return h("div", { class: "attached" }, h("h3", null, t("files.title")), h("ul", { class: "file-list" }, attachments.map(item)),
    h("p", { class: "quiet no-print" }, t(reachable ? "files.hint" : "files.kept")));
}
