// Shows a schema of the OpenAPI document: the fields of an object, and types in one line.
import { type Html, html } from "@/app/_components/docs/html";
import { refName, type Schema } from "@/app/_components/docs/reading";

/** The fields of an object; of anything else, its type. */
export function fieldsOf(schema: Schema, requiredWord: string): Html {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`;
  const mark = html`<b title="${requiredWord}">*<i> ${requiredWord}</i></b>`;
  return html`<dl>${fields.map(
    ([name, field]) =>
      html`<div><dt>${name}${schema.required?.includes(name) && mark}</dt><dd>${typeOf(field)}${describedAs(field.description)}</dd></div>`,
  )}</dl>`;
}

export const describedAs = (description: string | undefined): Html | undefined =>
  description === undefined ? undefined : html` <span>· ${description}</span>`;

/** A type in one line, with links to what has a name of its own. */
export function typeOf(schema: Schema): Html {
  const name = refName(schema);
  if (name) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) {
    const sign = schema.allOf ? " & " : " | ";
    return html`${choices.map((choice, index) => html`${index > 0 && sign}${typeOf(choice)}`)}`;
  }
  if (schema.items) return html`${typeOf(schema.items)}<code>[]</code>`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([key, field], index) =>
        html`${index > 0 && ", "}${key}${schema.required?.includes(key) ? "" : "?"}: ${typeOf(field)}`,
    );
    return html`<code>{ ${fields} }</code>`;
  }
  return html`<code>${plainType(schema)}</code>`;
}

function plainType(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  const limits = [
    schema.format,
    schema.pattern,
    range(schema.minimum, schema.maximum),
    range(schema.minLength, schema.maxLength),
  ].filter(Boolean);
  const given = schema.default === undefined ? "" : ` = ${JSON.stringify(schema.default)}`;
  return `${type}${limits.length > 0 ? ` (${limits.join(", ")})` : ""}${given}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return "";
  // JSON Schema names the largest integer that a number holds where there is no limit.
  if (most !== undefined && most >= Number.MAX_SAFE_INTEGER)
    return least === undefined || least <= -most ? "" : `≥ ${least}`;
  return `${least ?? ""}…${most ?? ""}`;
}
