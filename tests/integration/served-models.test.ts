// What models a server offers: the list of its /models in the forms that servers use, and each failure in words.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createModel } from "@/lib/models/changes";
import { servedModelsInputSchema } from "@/lib/models/schemas";
import { listServedModels } from "@/lib/models/served-models";
import { freshDatabase } from "@/tests/support/databases";
import { addPerson, testSealer } from "@/tests/support/people";

async function scene() {
  const { db } = await freshDatabase("pglite");
  const admin = await addPerson(db, "Admin", "admin");
  const member = await addPerson(db, "Member");
  const keys: (string | undefined)[] = [];
  let answer: RequestListener = () => undefined;
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const context = { db, sealer: testSealer };
  const list = (input: object = {}, viewer = admin, limitMs?: number) =>
    listServedModels(context, viewer, servedModelsInputSchema.parse({ baseUrl, ...input }), "en", limitMs);
  const says = (status: number, body: unknown) => {
    answer = ({ method, url }, response) => {
      const isAsked = method === "GET" && url === "/v1/models";
      response.writeHead(isAsked ? status : 418).end(typeof body === "string" ? body : JSON.stringify(body));
    };
  };
  return { admin, member, keys, baseUrl, context, list, says };
}

test("the list is read in each form that servers use, sorted, each model once", async () => {
  const { list, says, keys } = await scene();
  for (const body of [
    { object: "list", data: [{ id: "b" }, { id: "a" }, { id: "b" }, {}, null] },
    ["b", "a"],
    { models: [{ id: "b" }, { id: "a" }] },
  ]) {
    says(200, body);
    expect(await list({ apiKey: "sk-typed" })).toEqual({ models: ["a", "b"] });
  }
  expect(keys).toEqual(Array(3).fill("Bearer sk-typed"));
});

test("each failure is said in words, without the key", async () => {
  const { list, says } = await scene();
  const failures: [number, unknown, RegExp][] = [
    [401, { error: { message: "Bad key sk-typed" } }, /rejected the API key \(status 401: Bad key \[hidden\]\)/],
    [404, "no such page", /does not list its models \(status 404\)/],
    [500, { error: { message: "oops" } }, /reported an error \(status 500: oops\)/],
    [200, "<html></html>", /did not return a list of models/],
    [200, { data: "none" }, /did not return a list of models/],
  ];
  for (const [status, body, problem] of failures) {
    says(status, body);
    expect(await list({ apiKey: "sk-typed" })).toEqual({ models: [], problem: expect.stringMatching(problem) });
  }
  expect((await list({ baseUrl: "http://127.0.0.1:1/v1" })).problem).toMatch(/Nothing is listening at 127.0.0.1:1/);
});

test("a server that stays silent is given up", async () => {
  const { list } = await scene();
  expect((await list({}, undefined, 200)).problem).toMatch(/did not list its models within 0.2 s/);
});

test("it is open to whoever may set up the model, and a stored key goes to its own server only", async () => {
  const { admin, member, keys, baseUrl, context, list, says } = await scene();
  says(200, { data: [] });
  await expect(list({}, member)).rejects.toMatchObject({ code: "forbidden" });
  await expect(list({ baseUrl: "http://169.254.169.254/v1" })).rejects.toMatchObject({ code: "invalid_input" });

  const stored = { name: "Own", model: "a", apiKey: "sk-stored", shared: true };
  const modelId = await createModel(context, admin, { ...stored, baseUrl });
  const elsewhere = await createModel(context, admin, { ...stored, baseUrl: "https://api.example.com/v1" });
  for (const input of [{ modelId }, { modelId, apiKey: "sk-new" }, { modelId, apiKey: null }, { modelId: elsewhere }]) {
    await list(input);
  }
  expect(keys).toEqual(["Bearer sk-stored", "Bearer sk-new", undefined, undefined]);
  await expect(list({ modelId }, member)).rejects.toMatchObject({ code: "forbidden" });
});
