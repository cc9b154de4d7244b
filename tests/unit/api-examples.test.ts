import { expect, test } from "vitest";
import { bodyOf, curlOf } from "@/app/_components/docs/example";
import { type ApiOperation, operationsByTag, type Schema, schemasOf } from "@/app/_components/docs/reading";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";

const document = JSON.parse(
  JSON.stringify(createOpenApi(allEndpoints, { version: "1.2.3", baseUrl: "https://larkspur.test", locale: "en" })),
);
const schemas: Record<string, Schema> = Object.fromEntries(
  schemasOf(document).map(({ name, schema }) => [name, schema]),
);
const operations = new Map<string, ApiOperation>(
  operationsByTag(document)
    .flatMap((group) => group.operations)
    .map((operation) => [operation.operationId, operation]),
);
const operation = (id: string): ApiOperation => {
  const found = operations.get(id);
  if (!found) throw new Error(`no operation ${id}`);
  return found;
};

const withBody = allEndpoints.flatMap(({ id, body }) => (body ? [[id, body] as const] : []));

test.each(withBody)("the example of %s is accepted", (id, body) => {
  const example = bodyOf(operation(id), schemas);
  expect(body.safeParse(example).error?.issues ?? [], JSON.stringify(example)).toEqual([]);
});

test("a call has a token's place and real ids where they are known", () => {
  const curl = curlOf(operation("updateBot"), "https://larkspur.test", schemas, { bots: "abc" });
  expect(curl).toContain("'https://larkspur.test/api/feishu/bots/abc'");
  expect(curl).toContain('-H "Authorization: Bearer $LARKSPUR_TOKEN"');
  expect(curl).toContain("-H 'Content-Type: application/json'");
  expect(curlOf(operation("getEvent"), "https://larkspur.test", schemas, {})).toContain("/events/<id>");
});
