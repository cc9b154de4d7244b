// Describes the REST API in OpenAPI 3.1, from the same schemas that check its requests.
import type { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import type { Endpoint } from "@/app/api/_http/endpoint";
import { problemSchema } from "@/app/api/_http/problem";
import { ERROR_STATUS, type ErrorCode } from "@/lib/errors";
import { type Locale, translate } from "@/lib/text/translate";

export type OpenApiDocument = ReturnType<typeof createDocument>;

type Options = { version: string; baseUrl: string; locale: Locale };

export function createOpenApi(endpoints: Endpoint[], { version, baseUrl, locale }: Options): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const method = endpoint.method.toLowerCase();
    paths[endpoint.path] = { ...paths[endpoint.path], [method]: operationOf(endpoint, locale) };
  }
  const tags = [...new Set(endpoints.map((endpoint) => endpoint.tag))];
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Larkspur",
      version,
      description: translate(locale, "api.description"),
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: baseUrl }],
    tags: tags.map((name) => ({ name, description: translate(locale, `api.tags.${name}`) })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: translate(locale, "api.security.token") },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "larkspur.session",
          description: translate(locale, "api.security.session"),
        },
      },
    },
  });
}

function operationOf(endpoint: Endpoint, locale: Locale): ZodOpenApiOperationObject {
  const { params, query, headers, body, rawBody, example, bodyType = "application/json" } = endpoint;
  const schema = body ?? rawBody;
  return {
    operationId: endpoint.id,
    summary: translate(locale, `api.${endpoint.id}`),
    tags: [endpoint.tag],
    ...(endpoint.access === "everybody" ? { security: [] } : {}),
    requestParams: {
      ...(params ? { path: params as z.ZodObject } : {}),
      ...(query ? { query: query as z.ZodObject } : {}),
      ...(headers ? { header: headers } : {}),
    },
    ...(schema
      ? { requestBody: { required: true, content: { [bodyType]: { schema, ...(example ? { example } : {}) } } } }
      : {}),
    responses: responsesOf(endpoint, locale),
  };
}

function responsesOf(endpoint: Endpoint, locale: Locale): ZodOpenApiResponsesObject {
  const { answer, contentType = "application/json" } = endpoint;
  const status = endpoint.status ?? (answer || endpoint.contentType ? 200 : 204);
  const responses: ZodOpenApiResponsesObject = {
    [`${status as 200}`]: {
      description: translate(locale, "api.success"),
      ...(answer ? { content: { [contentType]: { schema: answer } } } : {}),
    },
  };
  for (const [other, schema] of Object.entries(endpoint.answers ?? {})) {
    responses[other as "503"] = {
      description: translate(locale, "api.otherAnswer"),
      content: { "application/json": { schema } },
    };
  }
  for (const error of errorStatuses(endpoint)) {
    responses[`${error as 400}`] ??= problem(translate(locale, `problems.${codeOf(error)}`));
  }
  responses.default = problem(translate(locale, "api.anyError"));
  return responses;
}

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

/** What the access and the input imply, and what the endpoint adds. */
function errorStatuses({ access, method, params, query, body, errors = [] }: Endpoint): number[] {
  const statuses = [...errors];
  if (access !== "everybody") statuses.push(401);
  if (access === "admin" || (access === "viewer" && method !== "GET")) statuses.push(403);
  if (params) statuses.push(404);
  if (query || body) statuses.push(400);
  if (body) statuses.push(413);
  return [...new Set(statuses)].sort((a, b) => a - b);
}

const codeOf = (status: number): ErrorCode =>
  (Object.keys(ERROR_STATUS) as ErrorCode[]).find((code) => ERROR_STATUS[code] === status) ?? "internal";
