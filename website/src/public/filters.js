/** What narrows a public list: choices and a search field, which work at once and send nothing. */

import { h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export const option = (value, text, lang = null) => h("option", { value, lang }, text);

/** A control with the label at `key`. */
export const labelled = (control, key, wide = false) =>
  h("div", { class: wide ? "field wide" : "field" }, h("label", { for: control.id }, t(key)), control);

export const filters = (...fields) =>
  h("form", { class: "card filters no-print", role: "search", on: { submit: (event) => event.preventDefault() } }, fields);
