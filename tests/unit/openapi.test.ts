import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";
import { LOCALES, translate } from "@/lib/text/translate";

const API = path.join(import.meta.dirname, "../../app/api");
// next-auth's own addresses, and everything that is no address at all.
const UNDESCRIBED = new Set(["auth/[...nextauth]/route.ts", "[[...path]]/route.ts"]);

const nameOf = ({ method, path: place }: { method: string; path: string }) => `${method} ${place}`;

function servedByRoutes(): string[] {
  const files = readdirSync(API, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .filter((file) => !UNDESCRIBED.has(file));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(API, file), "utf8");
    const methods = [...text.matchAll(/^export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/gm)];
    const place = `/api/${path.dirname(file)}`.replace(/\[(\w+)\]/g, "{$1}");
    return methods.map(([, method = ""]) => nameOf({ method, path: place }));
  });
}

type Json = Record<string, unknown>;
type Operation = Json & {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean }[];
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
};

const document = JSON.parse(
  JSON.stringify(createOpenApi(allEndpoints, { version: "1.2.3", baseUrl: "https://larkspur.test", locale: "en" })),
);
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([place, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path: place, operation })),
);
const operation = (id: string): Operation => {
  const found = operations.find((one) => one.operation.operationId === id);
  if (!found) throw new Error(`no operation ${id}`);
  return found.operation;
};

function* refsIn(value: unknown): Generator<string> {
  if (value === null || typeof value !== "object") return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "$ref" && typeof item === "string") yield item;
    else yield* refsIn(item);
  }
}

const resolve = (ref: string): unknown =>
  ref
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], document);

describe("the OpenAPI document", () => {
  test("describes each method of each route, and nothing else", () => {
    const served = servedByRoutes();
    expect(served.length).toBeGreaterThan(15);
    expect(operations.map(nameOf).toSorted()).toEqual(served.toSorted());
    expect(allEndpoints.map(nameOf).toSorted()).toEqual(served.toSorted());
  });

  test("names each operation once, and says in both languages what it does", () => {
    const ids = operations.map((one) => one.operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const locale of LOCALES) {
      for (const key of [...ids, ...document.tags.map((tag: { name: string }) => `tags.${tag.name}`)]) {
        expect(translate(locale, `api.${key}`), `${locale} api.${key}`).not.toMatch(/^api\./);
      }
    }
    expect(operation("listBots").summary).toBe("List bots");
  });

  test("has no reference that leads nowhere", () => {
    const refs = [...refsIn(document)];
    expect(refs).toContain("#/components/schemas/Bot");
    expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([]);
  });

  test("declares each parameter of a path", () => {
    for (const {
      path: place,
      operation: { operationId, parameters = [] },
    } of operations) {
      const inPath = parameters.filter((one) => one.in === "path" && one.required).map((one) => one.name);
      expect(inPath, operationId).toEqual([...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test("tells how limits and cursors are written", () => {
    const limit = operation("listBots").parameters?.find((one) => one.name === "limit");
    expect(limit).toMatchObject({ in: "query", schema: { type: "integer", minimum: 1, maximum: 200, default: 50 } });
    expect(limit?.required ?? false).toBe(false);
  });

  test("answers errors in one form, 401 wherever somebody has to be known", () => {
    for (const { operation: one } of operations) {
      const isOpen = one.security?.length === 0;
      expect("401" in one.responses, one.operationId).toBe(!isOpen);
      for (const [status, response] of Object.entries(one.responses)) {
        expect(response.description, `${one.operationId} ${status}`).toMatch(/./);
        if (!/^[45]|default/.test(status) || one.operationId === "getReadiness") continue;
        expect(Object.keys(response.content ?? {}), `${one.operationId} ${status}`).toEqual([
          "application/problem+json",
        ]);
      }
    }
    expect(document.components.securitySchemes).toMatchObject({
      token: { type: "http", scheme: "bearer" },
      session: { type: "apiKey", in: "cookie" },
    });
  });

  test("takes its bodies from the schemas that check the requests", () => {
    const body = operation("createBot").requestBody?.content["application/json"]?.schema;
    expect(body).toEqual({ $ref: "#/components/schemas/CreateBot" });
    const schema = document.components.schemas.CreateBot;
    expect(schema).toMatchObject({ type: "object", required: ["name"], additionalProperties: false });
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["appId", "appSecret", "domain", "policy"]));
    expect(operation("deleteToken").responses["204"]).toEqual({ description: "Success" });
    expect(operation("createToken").responses["201"]).toBeDefined();
  });
});
