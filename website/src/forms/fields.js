/** One field of a form: its label, help, control and error, and how to read and set its value. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { signatureField } from "../desk/signature.js";

const RADIO_LIMIT = 8;
let serial = 0;

const length = (text) => [...text].length;

function frame(field, id, control, { group = false, counter = null } = {}) {
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const label = [field.title, field.required ? null : h("span", { class: "optional" }, t("common.optional"))];
  const help = field.help ? h("p", { class: "help", id: `${id}-help` }, field.help) : null;
  const element = group
    ? h("fieldset", { class: "field", id, tabindex: "-1", "aria-describedby": `${id}-help ${id}-error` }, h("legend", null, label), help, error, control)
    : h("div", { class: "field" }, h("label", { for: id }, label), help, error, control, counter);
  const showError = (message) => {
    fill(error, message);
    error.hidden = !message;
    element.classList.toggle("invalid", Boolean(message));
    const target = group ? element : control;
    if (message) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
  };
  return { element, showError };
}

function textField(field, id) {
  const long = field.kind === "long" || field.kind === "lines";
  const type = field.kind !== "number" && ["email", "tel", "date"].includes(field.format) ? field.format : "text";
  const shared = {
    id, name: field.name, autocomplete: field.autocomplete, "aria-required": field.required ? "true" : null,
    "aria-describedby": `${id}-help ${id}-error`,
  };
  const control = long
    ? h("textarea", { ...shared, rows: field.maxLength > 5000 ? 9 : 4 })
    : h("input", { ...shared, type, inputmode: field.kind === "number" ? "numeric" : null, class: field.kind === "number" ? "short" : null });
  const counter = field.maxLength ? h("p", { class: "counter", "aria-live": "polite" }) : null;
  const count = () => {
    if (!counter) return;
    const left = field.maxLength - length(control.value.trim());
    const near = left < Math.max(20, field.maxLength * 0.2);
    fill(counter, left < 0 ? t("common.too_long_by", { n: -left }) : near ? t("common.remaining", { n: left }) : "");
    counter.classList.toggle("over", left < 0);
  };
  control.addEventListener("input", count);
  const help = field.kind === "lines" ? [field.help, t("common.lines_help")].filter(Boolean).join(" ") : field.help;
  const read = () => {
    const text = control.value.trim();
    if (field.kind === "lines") return text.split("\n").map((line) => line.trim()).filter(Boolean);
    // Chinese keyboards leave full-width digits and letters behind.
    const digits = text.normalize("NFKC");
    if (field.format === "tel" || field.format === "email") return digits;
    if (field.kind !== "number" || text === "") return text;
    return /^-?\d+$/.test(digits) ? Number(digits) : text;
  };
  const write = (value) => { control.value = Array.isArray(value) ? value.join("\n") : String(value ?? ""); count(); };
  return { ...frame({ ...field, help }, id, control, { counter }), read, write, target: control };
}

function yesField(field, id) {
  const control = h("input", { type: "checkbox", id, name: field.name, "aria-describedby": `${id}-help ${id}-error` });
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const element = h("div", { class: "field" }, error,
    h("label", { class: "choice", for: id }, control, h("span", null, field.title,
      field.help ? h("small", { class: "help", id: `${id}-help` }, field.help) : null)));
  const showError = (message) => { fill(error, message); error.hidden = !message; element.classList.toggle("invalid", Boolean(message)); };
  return { element, showError, read: () => control.checked, write: (value) => { control.checked = value === true; }, target: control };
}

function selectField(field, id) {
  const option = (each, index) => h("option", { value: String(index) }, each.title);
  const control = h("select", { id, name: field.name, "aria-describedby": `${id}-help ${id}-error`, "aria-required": field.required ? "true" : null },
    h("option", { value: "" }, field.empty ?? t(field.required ? "common.choose" : "common.leave")), field.options.map(option));
  const read = () => (control.value === "" ? "" : field.options[Number(control.value)].const);
  const write = (value) => {
    const index = field.options.findIndex((each) => each.const === value);
    control.value = index < 0 ? "" : String(index);
  };
  return { ...frame(field, id, control), read, write, target: control };
}

function choiceList(field, id, type) {
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
  const label = (each, index) => h("label", { class: "choice" }, inputs[index],
    h("span", null, each.title, each.help ? h("small", { class: "help" }, each.help) : null));
  const list = h("div", { class: `choices${field.options.length > 4 ? " many" : ""}` }, field.options.map(label));
  const write = (value) => {
    const wanted = Array.isArray(value) ? value : [value];
    order = wanted.map((each) => field.options.findIndex((option) => option.const === each)).filter((index) => index >= 0);
    inputs.forEach((input, index) => { input.checked = order.includes(index); });
    showOrder();
  };
  const values = () => order.map((index) => field.options[index].const);
  const base = frame(field, id, h("div", null, list, shown), { group: true });
  return { ...base, read: () => (type === "radio" ? (values()[0] ?? "") : values()), write, target: base.element };
}

/** A one-time code, and the button that has it sent; `field.ask` asks for it and answers by which way it goes out. */
function codeField(field, id) {
  const base = textField({ ...field, help: field.help || t("one_time_code.help") }, id);
  const told = h("p", { class: "help", "aria-live": "polite" });
  const send = h("button", { type: "button", class: "secondary small" }, t("one_time_code.send"));
  base.target.setAttribute("inputmode", "numeric");
  base.target.setAttribute("autocomplete", "one-time-code");
  base.target.classList.add("short");
  send.addEventListener("click", async () => {
    send.disabled = true;
    try {
      const { sent_to: way } = await field.ask();
      fill(told, t(`one_time_code.sent_${way}`));
    } catch (error) {
      if (!error.kind) throw error;
      fill(told, error.detail || error.title || t("one_time_code.failed"));
    }
    send.disabled = false;
    base.target.focus();
  });
  base.element.append(h("p", null, send), told);
  return { ...base, read: () => base.read().normalize("NFKC").replace(/\s/g, "") };
}

/** Builds the control for one field of `schema.js`; groups are built by `form.js`. */
export function makeField(field, formId) {
  serial += 1;
  const id = `${formId}-${field.name.replace(/\W/g, "_")}-${serial}`;
  if (field.format === "signature") return signatureField(field, id);
  if (field.format === "one-time-code" && field.ask) return codeField(field, id);
  if (field.kind === "yes") return yesField(field, id);
  if (field.kind === "many") return choiceList(field, id, "checkbox");
  if (field.kind === "one") {
    const radios = field.widget === "radio" || (field.widget !== "select" && field.options.length <= RADIO_LIMIT && field.required);
    return radios ? choiceList(field, id, "radio") : selectField(field, id);
  }
  return textField(field, id);
}

/** What is wrong with a value before it is sent, or an empty string. The server has the last word. */
export function fault(field, value) {
  const label = field.title;
  const empty = value === "" || value === false || (Array.isArray(value) && value.length === 0);
  if (empty) {
    if (!field.required || field.kind === "yes") return "";
    return t(field.options ? "errors.required_choice" : "errors.required", { label });
  }
  if (field.kind === "number") {
    if (typeof value !== "number") return t("errors.not_a_number", { label });
    if (field.min !== null && value < field.min) return t("errors.too_small", { label, min: field.min });
    return field.max !== null && value > field.max ? t("errors.too_big", { label, max: field.max }) : "";
  }
  if (typeof value !== "string") return "";
  const size = length(value);
  if (field.maxLength && size > field.maxLength) return t("errors.too_long", { label, max: field.maxLength, over: size - field.maxLength });
  return field.minLength && size < field.minLength ? t("errors.too_short", { label, min: field.minLength }) : "";
}
