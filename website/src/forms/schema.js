/** Reads the JSON Schemas the API sends into a plain shape for forms. Knows what pydantic writes: $ref, anyOf with null. */

import { t, word } from "../shared/i18n.js";

/** What to show for a bare code: the word for it where there is one. */
function codeWord(code) {
  const group = ["kinds", "channels", "complexities"].find((name) => word(name, code) !== String(code));
  return group ? word(group, code) : String(code);
}

/** The label: the schema's title, but not one that pydantic made up from the name where there is a word for it. */
function labelOf(name, title) {
  const plain = (text) => text.toLowerCase().replace(/[\s_]+/g, " ");
  const known = word("fields", name);
  return title && (known === name || plain(title) !== plain(name)) ? title : known;
}

function resolve(schema, root) {
  let found = schema ?? {};
  for (let depth = 0; depth < 8; depth += 1) {
    if (found.$ref) {
      const target = found.$ref.replace(/^#\//, "").split("/").reduce((node, key) => node?.[key], root) ?? {};
      const { $ref, ...own } = found;
      // A shared type's title and description are about the type, not about this field.
      const { title, description, ...shape } = target;
      found = { ...shape, ...own };
    } else if (found.allOf?.length === 1) {
      const { allOf, ...own } = found;
      found = { ...allOf[0], ...own };
    } else if (found.anyOf) {
      const { anyOf, ...own } = found;
      const real = anyOf.filter((each) => each.type !== "null");
      found = { ...(real[0] ?? {}), ...own, nullable: real.length < anyOf.length };
    } else {
      break;
    }
  }
  return found;
}

function choices(schema) {
  // Left alone, yes and no are three answers: a checkbox has only two.
  if (schema.type === "boolean" && schema.nullable) return [{ const: true, title: t("common.yes") }, { const: false, title: t("common.no") }];
  if (Array.isArray(schema.oneOf)) return schema.oneOf.map((each) => ({ const: each.const, title: each.title ?? codeWord(each.const) }));
  if (!Array.isArray(schema.enum)) return null;
  const names = schema["x-enum-titles"] ?? schema.enumNames ?? [];
  return schema.enum.map((value, index) => ({ const: value, title: names[index] ?? codeWord(value) }));
}

function kindOf(schema, options) {
  if (schema.type === "array") return "many";
  if (options) return "one";
  if (schema.type === "boolean") return "yes";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "object" && schema.properties) return "group";
  return schema["x-multiline"] || schema.format === "textarea" || schema.maxLength > 500 ? "long" : "short";
}

function fieldOf(name, raw, root, required) {
  const schema = resolve(raw, root);
  const options = choices(schema);
  const field = {
    name, required, options, kind: kindOf(schema, options),
    title: labelOf(name, schema.title), help: schema.description ?? "", initial: schema.default ?? null,
    min: schema.minimum ?? null, max: schema.maximum ?? null,
    minLength: schema.minLength ?? null, maxLength: schema.maxLength ?? null,
    format: schema.format ?? "", widget: schema["x-widget"] ?? "", autocomplete: schema["x-autocomplete"] ?? "off",
  };
  if (field.kind === "group") return { ...field, fields: fieldsOf(schema, root) };
  if (field.kind !== "many") return field;
  const item = fieldOf("item", schema.items, root, true);
  const kinds = { one: "many", group: "groups" };
  return { ...field, kind: kinds[item.kind] ?? "lines", options: item.options, fields: item.fields ?? null, atLeast: schema.minItems ?? 0 };
}

/**
 * The fields of an object schema, in its own order: `{name, kind, title, help, required, options, …}`. `kind` is one of
 * short, long, number, yes, one (of options), many (of options), lines (free texts), group, groups (list of group).
 */
export function fieldsOf(schema, root = schema) {
  const whole = resolve(schema, root);
  const required = new Set(whole.required ?? []);
  return Object.entries(whole.properties ?? {}).filter(([, each]) => !each["x-hidden"]).map(([name, each]) => fieldOf(name, each, root, required.has(name)));
}
