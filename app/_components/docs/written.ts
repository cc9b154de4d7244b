// Writes the API reference once for each language: nothing in it changes while the process runs but what is filled in.
import { curlOf, fillPlaces } from "@/app/_components/docs/example";
import { escapeHtml, type Html, html } from "@/app/_components/docs/html";
import { type ApiOperation, operationsByTag, refName, type Schema, schemasOf } from "@/app/_components/docs/reading";
import { describedAs, fieldsOf, typeOf } from "@/app/_components/docs/schema-html";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";
import { type Locale, translate } from "@/lib/text/translate";
import { VERSION } from "@/lib/version";

export type ReferenceCall = { id: string; method: string; path: string; summary: string; fields: string };
export type ReferenceSection = { tag: string; title: string; calls: ReferenceCall[] };

/** `html` has places to be filled in. */
type Written = { description: string; sections: ReferenceSection[]; html: string };

const written = new Map<Locale, Written>();

/** The reference in a reader's language, with their own values in the examples, as HTML. */
export function referenceFor(locale: Locale, known: Record<string, string>): Written {
  let found = written.get(locale);
  if (!found) {
    found = write(locale);
    written.set(locale, found);
  }
  // A quotation mark would end the word in the shell.
  const values = Object.entries(known).map(([name, value]) => [name, escapeHtml(value.replaceAll("'", "%27"))]);
  return { ...found, html: fillPlaces(found.html, Object.fromEntries(values)) };
}

function write(locale: Locale): Written {
  const document = createOpenApi(allEndpoints, { version: VERSION, baseUrl: "", locale });
  const schemas = schemasOf(document);
  const named = new Map(schemas.map(({ name, schema }) => [name, schema]));
  const resolve = (schema: Schema): Schema => named.get(refName(schema) ?? "") ?? schema;
  const words = (key: string) => translate(locale, `ui.docs.${key}`);
  const groups = operationsByTag(document);
  const sections = groups.map(({ tag, title, operations }) => ({
    tag,
    title,
    calls: operations.map((operation) => callOf(operation, resolve)),
  }));
  const content = html`${groups.map(
    ({ tag, title, operations }) =>
      html`<section id="${tag}" aria-label="${title}"><h2>${title}</h2>${operations.map((operation) =>
        operationHtml(operation, resolve, words),
      )}</section>`,
  )}<section id="schemas" aria-label="${words("schemas")}"><h2>${words("schemas")}</h2>${schemas.map(
    ({ name, schema }) =>
      html`<details id="schema-${name}"><summary><code>${name}</code></summary><div>${fieldsOf(schema, words("required"))}</div></details>`,
  )}</section>`;
  return { description: document.info.description ?? "", sections, html: content.text };
}

type Resolve = (schema: Schema) => Schema;

const callOf = (operation: ApiOperation, resolve: Resolve): ReferenceCall => ({
  id: operation.operationId,
  method: operation.method,
  path: operation.path,
  summary: operation.summary,
  fields: [
    ...operation.parameters.map(({ name }) => name),
    ...Object.keys(resolve(operation.body ?? {}).properties ?? {}),
  ].join(" "),
});

function operationHtml(operation: ApiOperation, resolve: Resolve, words: (key: string) => string): Html {
  const { operationId, method, path, summary, parameters, body, answers } = operation;
  const part = (title: string, content: Html) => html`<h3>${words(title)}</h3>${content}`;
  return html`<details id="${operationId}"><summary><b>${method}</b><code>${path}</code><span>${summary}</span></summary><div>${[
    part("inShell", html`<pre tabindex="0">${curlOf(operation)}</pre><button type="button">${words("copy")}</button>`),
    parameters.length > 0 && part("parameters", parametersOf(operation, words("required"))),
    body && part("body", html`${refName(body) && typeOf(body)}${fieldsOf(resolve(body), words("required"))}`),
    part("answers", html`<ul>${answers.map(answerOf)}</ul>`),
  ]}</div></details>`;
}

const parametersOf = ({ parameters }: ApiOperation, requiredWord: string): Html =>
  html`<dl>${parameters.map(
    ({ name, in: where, required, description, schema = {} }) =>
      html`<div><dt>${name}${required && html`<b title="${requiredWord}">*<i> ${requiredWord}</i></b>`} <i>${where}</i></dt><dd>${typeOf(schema)}${describedAs(description ?? schema.description)}</dd></div>`,
  )}</dl>`;

const answerOf = ({ status, description, schema, contentType }: ApiOperation["answers"][number]): Html =>
  html`<li><code>${status}</code> <span>${description}${
    status.startsWith("2") && schema && html` · ${typeOf(schema)}${schema.description && ` ${schema.description}`}`
  }${contentType && !contentType.includes("json") && ` (${contentType})`}</span></li>`;
