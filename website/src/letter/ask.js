/** The form that asks for a letter's two codes. They are grouped while one types; a pasted slip fills both. */

import { h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { buildForm } from "../forms/form.js";
import { fieldsOf } from "../forms/schema.js";
import { codesIn, inFours, QUERY_LENGTH, queryOf, TRACKING_LENGTH, trackingOf } from "./codes.js";

const MARKS = { tracking_code: "-", query_code: " " };
const SCHEMA = {
  required: ["tracking_code", "query_code"],
  properties: {
    tracking_code: { type: "string", title: t("follow.tracking_code"), description: t("follow.tracking_code_help") },
    query_code: { type: "string", title: t("follow.query_code"), description: t("follow.query_code_help") },
  },
};

/** Groups what is typed, but never moves the caret of somebody who corrects something in the middle. */
function regroup(input) {
  const atEnd = input.selectionStart === input.value.length;
  if (atEnd) input.value = inFours(input.value, MARKS[input.name]);
}

function take(event, inputs) {
  const found = codesIn(event.clipboardData?.getData("text") ?? "");
  const mine = event.target.name === "query_code" ? found.query : found.tracking;
  if (!mine && !(found.tracking && found.query)) return;
  event.preventDefault();
  if (found.tracking) inputs.tracking_code.value = inFours(found.tracking, MARKS.tracking_code);
  if (found.query && (mine === found.query || found.tracking)) inputs.query_code.value = inFours(found.query, MARKS.query_code);
}

function lengthFault(field, text, wanted) {
  const length = [...text].length;
  return length > 0 && length !== wanted ? { field, message: t(`follow.wrong_length_${field}`, { n: length }) } : null;
}

/** `asked({trackingCode, queryCode})` is called with codes that can be a letter's. */
export function askForCodes(asked) {
  const codes = () => {
    const { tracking_code: tracking, query_code: query } = form.read();
    return { trackingCode: trackingOf(tracking), queryCode: queryOf(query) };
  };
  const submit = () => {
    const { trackingCode, queryCode } = codes();
    const lengths = [lengthFault("tracking_code", trackingCode, TRACKING_LENGTH), lengthFault("query_code", queryCode, QUERY_LENGTH)];
    const faults = [...form.check(), ...lengths].filter(Boolean);
    form.showErrors(faults);
    if (faults.length === 0) asked({ trackingCode, queryCode });
  };
  const form = buildForm(fieldsOf(SCHEMA), { actions: [h("button", { type: "submit", class: "primary" }, t("follow.submit"))], onSubmit: submit });
  const inputs = Object.fromEntries(Object.keys(MARKS).map((name) => [name, form.element.querySelector(`[name=${name}]`)]));
  for (const input of Object.values(inputs)) {
    const attributes = { autocapitalize: "characters", autocorrect: "off", spellcheck: "false", autocomplete: "off", class: "code-input" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("input", (event) => { if (!event.isComposing) regroup(input); });
    input.addEventListener("compositionend", () => regroup(input));
    input.addEventListener("blur", () => { input.value = inFours(input.value, MARKS[input.name]); });
    input.addEventListener("paste", (event) => take(event, inputs));
  }
  inputs.query_code.setAttribute("inputmode", "numeric");
  const write = (tracking) => form.write({ tracking_code: inFours(tracking, MARKS.tracking_code), query_code: "" });
  const first = () => (inputs.tracking_code.value ? inputs.query_code : inputs.tracking_code);
  return { element: form.element, message: form.message, disable: form.disable, write, first };
}
