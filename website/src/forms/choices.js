/** Choices as radio buttons or checkboxes, each a card that a thumb can hit. */

import { fill, h } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import { frame } from "./frame.js";

/** One card. `each`: `{title, help?, note?}`; `own` says that its words are a Chinese name, whatever the page's language. */
export function choiceCard(input, each, own = false) {
  const lang = own && !language.startsWith("zh") ? "zh-Hans" : null;
  return h("label", { class: "choice" }, input, h("span", { lang }, each.title,
    each.help ? h("small", { class: "help" }, each.help) : null, each.note ? h("small", { class: "choice-note" }, each.note) : null));
}

/** `type` is radio or checkbox; of several checked, the order in which they were checked is kept and shown. */
export function choiceList(field, id, type) {
  let order = [];
  const shown = h("p", { class: "help", "aria-live": "polite" });
  const showOrder = () => {
    const names = order.map((index, place) => `${place + 1}. ${field.options[index].title}`);
    fill(shown, type === "checkbox" && order.length > 1 ? t("common.ordered", { list: names.join(t("common.list")) }) : "");
  };
  const changed = (index, on) => {
    order = type === "radio" ? [index] : order.filter((each) => each !== index).concat(on ? [index] : []);
    showOrder();
  };
  const inputs = field.options.map((each, index) =>
    h("input", { type, name: `${id}-choice`, value: String(index), on: { change: (event) => changed(index, event.target.checked) } }));
  const cards = field.options.map((each, index) => choiceCard(inputs[index], each, field.own));
  const list = h("div", { class: `choices${field.options.length > 4 ? " many" : ""}` }, cards);
  const write = (value) => {
    const wanted = Array.isArray(value) ? value : [value];
    order = wanted.map((each) => field.options.findIndex((option) => option.const === each)).filter((index) => index >= 0);
    inputs.forEach((input, index) => { input.checked = order.includes(index); });
    showOrder();
  };
  const values = () => order.map((index) => field.options[index].const);
  const base = frame(field, id, h("div", null, list, shown), { group: true });
  return { ...base, read: () => (type === "radio" ? (values()[0] ?? "") : values()), write, target: inputs[0] ?? base.element };
}
