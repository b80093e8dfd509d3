/** The part of a letter's page that lists the forms to print. Each opens on a page of its own, ready for A4 paper. */

import { getForms } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { instantText, t } from "../shared/i18n.js";

/** A card that fills itself; it stays away where there is nothing to print. */
export function formsCard(token, code) {
  const list = h("ul", { class: "files" });
  const card = h("section", { class: "card", hidden: true }, h("h2", null, t("print.list")), list);
  getForms(token, code).then(({ forms = [] }) => {
    list.append(...forms.map((form) => line(code, form, forms)));
    card.hidden = forms.length === 0;
  }, () => null);
  return card;
}

/** `rel=opener` lets the new tab take over this tab's desk link; the address itself holds no secret. */
function line(code, { form, title, at, nth }, forms) {
  const several = forms.filter((each) => each.form === form).length > 1;
  const href = `print.html#/${encodeURIComponent(code)}/${encodeURIComponent(form)}/${nth}`;
  return h("li", null, h("a", { href, target: "_blank", rel: "opener" }, several ? t("print.nth", { title, n: nth }) : title),
    " ", h("small", { class: "quiet" }, instantText(at)));
}
