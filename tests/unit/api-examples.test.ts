// The examples of the API reference: each can be pasted into a shell, and its endpoint accepts it.
import { expect, test } from "vitest";
import { curlOf, fillPlaces } from "@/app/_components/docs/example";
import { operationsByTag } from "@/app/_components/docs/reading";
import { allEndpoints } from "@/app/api/_endpoints/all";
import { createOpenApi } from "@/app/api/_http/openapi";

const document = JSON.parse(
  JSON.stringify(createOpenApi(allEndpoints, { version: "1.2.3", baseUrl: "https://larkspur.test", locale: "en" })),
);
const operations = operationsByTag(document).flatMap((group) => group.operations);

function curl(id: string, ids: Record<string, string> = {}): string {
  const operation = operations.find(({ operationId }) => operationId === id);
  if (!operation) throw new Error(`no operation ${id}`);
  return fillPlaces(curlOf(operation), { baseUrl: "https://larkspur.test", ...ids });
}

const withBody = allEndpoints
  .filter(({ body }) => body !== undefined)
  .map((endpoint) => [endpoint.id, endpoint] as const);

test.each(withBody)("the example of %s is accepted", (_, { body, example }) => {
  expect(example).toBeDefined();
  expect(body?.safeParse(example).error?.issues ?? []).toEqual([]);
});

test("every required query parameter has a value", () => {
  for (const { operationId } of operations) expect(curl(operationId), operationId).not.toMatch(/[?&]\w+=(&|'|$)/m);
});

test("a call has the place of a token, and IDs of the reader's own where they are known", () => {
  expect(curl("listBots")).toBe(
    `curl 'https://larkspur.test/api/feishu/bots' \\\n  -H "Authorization: Bearer $LARKSPUR_TOKEN"`,
  );
  const update = curl("updateBot", { bots: "abc" });
  expect(update).toContain("curl -X PATCH 'https://larkspur.test/api/feishu/bots/abc' \\");
  expect(update).toContain(`-d '{"name":"IT Service","policy":{"groups":"mention"}}'`);
  expect(curl("writeSandboxMessage", { bots: "abc" })).toContain('"botId":"abc"');
  expect(curl("getEvent")).toContain("/api/feishu/events/EVENT_ID'");
  expect(curl("getAttachment")).toContain("/resources/KEY' ");
  expect(curl("getHealth")).toBe("curl 'https://larkspur.test/api/health'");
  expect(curl("stream")).toMatch(/^curl -N /);
  expect(curl("uploadToSandbox", { bots: "abc" })).toMatch(
    /uploads\?botId=abc&name=report.pdf'[\s\S]*--data-binary @file$/,
  );
});
