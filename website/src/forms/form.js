/** A form built from fields: nested values, an error summary that takes focus, and messages beside the fields. */

import { fill, focusOn, h } from "../shared/dom.js";
import { fault } from "./fault.js";
import { makeField } from "./fields.js";
import { t } from "../shared/i18n.js";

let forms = 0;

const blank = (value) => value === "" || value === null || value === undefined
  || (Array.isArray(value) && value.length === 0) || (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

/** Builds all of `fields`; `path` is the dotted place of this group in the whole value. */
function buildGroup(fields, formId, path, flat) {
  const parts = fields.map((field) => {
    const place = path ? `${path}.${field.name}` : field.name;
    const part = field.kind === "group" ? nested(field, formId, place, flat)
      : field.kind === "groups" ? repeated(field, formId, place, flat) : makeField(field, formId);
    if (!["group", "groups"].includes(field.kind)) flat.push({ place, field, part, path: () => place });
    return { field, part };
  });
  return {
    elements: parts.map(({ part }) => part.element),
    read: () => Object.fromEntries(parts.map(({ field, part }) => [field.name, part.read()]).filter(([name, value]) => keep(parts, name, value))),
    write: (value) => parts.forEach(({ field, part }) => part.write(value?.[field.name] ?? field.initial)),
  };
}

function keep(parts, name, value) {
  const { field } = parts.find((each) => each.field.name === name);
  return field.kind === "yes" ? value || field.required || field.initial !== null : !blank(value);
}

function nested(field, formId, place, flat) {
  const group = buildGroup(field.fields, formId, place, flat);
  const element = h("fieldset", { class: "group" }, h("legend", null, field.title),
    field.help ? h("p", { class: "help" }, field.help) : null, group.elements);
  return { ...group, element };
}

/** A list of groups that can grow and shrink; its index in the list is part of each field's place. */
function repeated(field, formId, place, flat) {
  const rows = h("div", null);
  let groups = [];
  const draw = () => fill(rows, groups.map((each) => each.element));
  const add = (value) => {
    const own = [];
    const group = buildGroup(field.fields, formId, "", own);
    const entry = { group };
    own.forEach((each) => flat.push({ ...each, path: () => `${place}.${groups.indexOf(entry)}.${each.place}`, gone: () => !groups.includes(entry) }));
    const remove = () => { groups = groups.filter((each) => each !== entry); draw(); };
    entry.element = h("div", { class: "repeat" }, group.elements,
      h("button", { type: "button", class: "link", on: { click: remove } }, t("common.remove_item")));
    groups.push(entry);
    group.write(value ?? {});
    draw();
  };
  const element = h("fieldset", { class: "group" }, h("legend", null, field.title), field.help ? h("p", { class: "help" }, field.help) : null,
    rows, h("button", { type: "button", class: "secondary small", on: { click: () => add() } }, t("common.add")));
  const write = (value) => { groups = []; draw(); (Array.isArray(value) ? value : []).forEach(add); };
  return { element, write, read: () => groups.map(({ group }) => group.read()).filter((each) => !blank(each)) };
}

/**
 * `fields` from `schema.js`. `layout` places the elements of the top level, given by their fields' names; `extra` adds parts that
 * are no fields (`[{place, part}]`) to what errors are shown at; `reveal` is told the place that an error's link leads to.
 * Returns the form's element and `read`, `write`, `check`, `showErrors([{field, message}])`, `clearErrors`, `disable`, `parts`.
 */
export function buildForm(fields, { layout = null, extra = [], actions = [], onSubmit, onInput = null, reveal = null }) {
  forms += 1;
  const flat = extra.map((each) => ({ ...each, path: () => each.place, field: null }));
  const group = buildGroup(fields, `form${forms}`, "", flat);
  const parts = Object.fromEntries(flat.map((each) => [each.place, each.part]));
  const summary = h("div", { class: "summary notice bad", role: "alert", tabindex: "-1", hidden: true });
  const message = h("div", { "aria-live": "polite" });
  const submit = (event) => { event.preventDefault(); onSubmit(); };
  const body = layout ? layout(Object.fromEntries(fields.map((field, index) => [field.name, group.elements[index]]))) : group.elements;
  const element = h("form", { novalidate: true, on: { submit, input: onInput, change: onInput } }, summary, body, message,
    h("div", { class: "actions" }, actions));
  const alive = () => flat.filter((each) => !each.gone?.());
  const clearErrors = () => { summary.hidden = true; alive().forEach(({ part }) => part.showError("")); };
  const showErrors = (errors) => {
    clearErrors();
    if (errors.length === 0) return;
    const items = errors.map((error) => {
      const found = alive().find((each) => samePlace(each.path(), error.field));
      found?.part.showError(error.message);
      const jump = (event) => { event.preventDefault(); reveal?.(found.path()); focusOn(found.part.target); };
      return h("li", null, found ? h("a", { href: "#", on: { click: jump } }, error.message) : error.message);
    });
    fill(summary, h("p", null, t("errors.summary", { n: errors.length })), h("ul", null, items));
    summary.hidden = false;
    focusOn(summary);
  };
  const check = () => alive().filter(({ field }) => field)
    .map(({ field, part, path }) => ({ field: path(), message: fault(field, part.read()) })).filter((each) => each.message);
  const disable = (on) => element.querySelectorAll("input, select, textarea, button").forEach((each) => { each.disabled = on; });
  group.write({});
  return { element, message, parts, read: group.read, write: group.write, check, showErrors, clearErrors, disable };
}

/** `writer.phone`, `writer/phone`, `about[0].unit` and `about.0.unit` are ways to write one place. */
function samePlace(path, reported) {
  const plain = (text) => String(text ?? "").replace(/[[\]/]+/g, ".").replace(/^\.+|\.+$/g, "").replace(/\.+/g, ".");
  return plain(path) === plain(reported) || plain(reported).startsWith(`${plain(path)}.`);
}
