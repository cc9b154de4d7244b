// Reads from the OpenAPI document what the reference page shows.
import type { OpenApiDocument } from "@/app/api/_http/openapi";

/** As much of JSON Schema as the document uses. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
};

export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
type Media = Record<string, { schema?: Schema }>;

export type ApiOperation = {
  operationId: string;
  method: string;
  path: string;
  summary: string;
  isOpen: boolean;
  parameters: Parameter[];
  body: Schema | undefined;
  answers: { status: string; description: string; schema: Schema | undefined; contentType: string | undefined }[];
};

type RawOperation = {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Media };
  responses: Record<string, { description?: string; content?: Media }>;
};

const METHODS = ["get", "post", "put", "patch", "delete"];

export type TagGroup = { tag: string; title: string; operations: ApiOperation[] };

export function operationsByTag(document: OpenApiDocument): TagGroup[] {
  const groups = new Map<string, TagGroup>(
    (document.tags ?? []).map(({ name, description }) => [
      name,
      { tag: name, title: description || name, operations: [] },
    ]),
  );
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const operations = item as Record<string, RawOperation>;
    for (const method of METHODS) {
      const raw = operations[method];
      if (raw) groups.get(raw.tags?.[0] ?? "")?.operations.push(operationOf(path, method, raw));
    }
  }
  return [...groups.values()];
}

function operationOf(path: string, method: string, raw: RawOperation): ApiOperation {
  return {
    operationId: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary ?? "",
    isOpen: raw.security?.length === 0,
    parameters: raw.parameters ?? [],
    body: Object.values(raw.requestBody?.content ?? {})[0]?.schema,
    answers: Object.entries(raw.responses)
      .filter(([status]) => status !== "default")
      .map(([status, { description = "", content = {} }]) => {
        const [contentType, media] = Object.entries(content)[0] ?? [];
        return { status, description, schema: media?.schema, contentType };
      }),
  };
}

export const schemasOf = (document: OpenApiDocument): { name: string; schema: Schema }[] =>
  Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>)
    .map(([name, schema]) => ({ name, schema }))
    .sort((a, b) => a.name.localeCompare(b.name));

export const refName = (schema: Schema): string | undefined => schema.$ref?.split("/").at(-1);

/** A line for a shell that makes the call; what must be filled in stands in angle brackets. */
export function curlOf(operation: ApiOperation, baseUrl: string): string {
  const parts = ["curl"];
  if (operation.method !== "GET") parts.push("-X", operation.method);
  if (!operation.isOpen) parts.push("-H", `'Authorization: Bearer <token>'`);
  if (operation.body) parts.push("-H", `'Content-Type: application/json'`, "-d", `'${exampleOf(operation.body)}'`);
  parts.push(`'${baseUrl}${operation.path.replace(/\{(\w+)\}/g, "<$1>")}'`);
  return parts.join(" ");
}

function exampleOf(schema: Schema): string {
  const name = refName(schema);
  if (name) return `<${name}>`;
  const required = schema.required ?? Object.keys(schema.properties ?? {});
  return JSON.stringify(Object.fromEntries(required.map((key) => [key, exampleValue(schema.properties?.[key])])));
}

function exampleValue(schema: Schema | undefined): unknown {
  if (!schema) return "";
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 0;
  if (schema.type === "array") return [];
  return schema.type === "object" ? {} : "…";
}
