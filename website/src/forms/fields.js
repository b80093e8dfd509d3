/** One field of a form: its label, help, control and error, and how to read and set its value. */

import { fill, h } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import { choiceList } from "./choices.js";
import { codeField } from "./code.js";
import { clean, counterOf, describedBy, frame } from "./frame.js";
import { pickerField } from "./picker.js";

const RADIO_LIMIT = 8;
let serial = 0;

function textField(field, id) {
  const long = field.kind === "long" || field.kind === "lines";
  const type = field.kind !== "number" && ["email", "tel", "date"].includes(field.format) ? field.format : "text";
  const help = field.kind === "lines" ? [field.help, t("common.lines_help")].filter(Boolean).join(" ") : field.help;
  const shared = {
    id, name: field.name, autocomplete: field.autocomplete, "aria-required": field.required ? "true" : null,
    "aria-describedby": describedBy({ help }, id), dir: type === "text" ? "auto" : null,
  };
  const control = long
    ? h("textarea", { ...shared, rows: field.maxLength > 5000 ? 9 : 4 })
    : h("input", { ...shared, type, inputmode: field.kind === "number" ? "numeric" : null, class: field.kind === "number" ? "short" : null });
  const counter = field.maxLength ? counterOf(control, field.maxLength) : null;
  const read = () => {
    const text = clean(control.value);
    if (field.kind === "lines") return text.split("\n").map((line) => line.trim()).filter(Boolean);
    // Chinese keyboards leave full-width digits and letters behind.
    const digits = text.normalize("NFKC");
    if (field.format === "tel" || field.format === "email") return digits;
    if (field.kind !== "number" || text === "") return text;
    return /^-?\d+$/.test(digits) ? Number(digits) : text;
  };
  const write = (value) => { control.value = Array.isArray(value) ? value.join("\n") : String(value ?? ""); counter?.count(); };
  return { ...frame({ ...field, help }, id, control, { counter: counter?.element }), read, write, target: control };
}

function yesField(field, id) {
  const control = h("input", { type: "checkbox", id, name: field.name, "aria-describedby": describedBy(field, id) });
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const element = h("div", { class: "field" }, error,
    h("label", { class: "choice", for: id }, control, h("span", null, field.title,
      field.help ? h("small", { class: "help", id: `${id}-help` }, field.help) : null)));
  const showError = (message) => { fill(error, message); error.hidden = !message; element.classList.toggle("invalid", Boolean(message)); };
  return { element, showError, read: () => control.checked, write: (value) => { control.checked = value === true; }, target: control };
}

function selectField(field, id) {
  const lang = field.own && !language.startsWith("zh") ? "zh-Hans" : null;
  const option = (each, index) => h("option", { value: String(index), lang }, each.title);
  const control = h("select", { id, name: field.name, "aria-describedby": describedBy(field, id), "aria-required": field.required ? "true" : null },
    h("option", { value: "" }, field.empty ?? t(field.required ? "common.choose" : "common.leave")), field.options.map(option));
  const read = () => (control.value === "" ? "" : field.options[Number(control.value)].const);
  const write = (value) => {
    const index = field.options.findIndex((each) => each.const === value);
    control.value = index < 0 ? "" : String(index);
  };
  return { ...frame(field, id, control), read, write, target: control };
}

function oneOf(field, id) {
  if (field.widget === "picker") return pickerField(field, id);
  const radios = field.widget === "radio" || (field.widget !== "select" && field.options.length <= RADIO_LIMIT && field.required);
  return radios ? choiceList(field, id, "radio") : selectField(field, id);
}

/** Builds the control for one field of `schema.js`; groups are built by `form.js`. */
export function makeField(field, formId) {
  serial += 1;
  const id = `${formId}-${field.name.replace(/\W/g, "_")}-${serial}`;
  if (field.make) return field.make(field, id);
  if (field.format === "one-time-code" && field.ask) return codeField(field, id, textField);
  if (field.kind === "yes") return yesField(field, id);
  if (field.kind === "many") return choiceList(field, id, "checkbox");
  return field.kind === "one" ? oneOf(field, id) : textField(field, id);
}
