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
  examples?: unknown[];
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
type Media = Record<string, { schema?: Schema; example?: unknown }>;

export type ApiOperation = {
  operationId: string;
  method: string;
  path: string;
  summary: string;
  isOpen: boolean;
  parameters: Parameter[];
  body: Schema | undefined;
  bodyType: string | undefined;
  example: unknown;
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
  const [bodyType, media] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
  return {
    operationId: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary ?? "",
    isOpen: raw.security?.length === 0,
    parameters: raw.parameters ?? [],
    body: media?.schema,
    bodyType,
    example: media?.example,
    answers: Object.entries(raw.responses)
      .filter(([status]) => status !== "default")
      .map(([status, { description = "", content = {} }]) => {
        const [contentType, answer] = Object.entries(content)[0] ?? [];
        return { status, description, schema: answer?.schema, contentType };
      }),
  };
}

export const schemasOf = (document: OpenApiDocument): { name: string; schema: Schema }[] =>
  Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>)
    .map(([name, schema]) => ({ name, schema }))
    .sort((a, b) => a.name.localeCompare(b.name));

export const refName = (schema: Schema): string | undefined => schema.$ref?.split("/").at(-1);
