// Models: whose they are, their sealed keys, the addresses that are allowed, and what a trial of one says.
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { deleteUser } from "@/lib/auth/user-changes";
import type { Database } from "@/lib/db/client";
import { auditLog, bots, models } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { createModel, deleteModel, updateModel } from "@/lib/models/changes";
import { type OpenModel, openModel } from "@/lib/models/credentials";
import { noteUse } from "@/lib/models/last-use";
import { countModels, getModel, listModels, requireModel } from "@/lib/models/queries";
import { createModelSchema } from "@/lib/models/schemas";
import { testModel, testStoredModel } from "@/lib/models/test-model";
import type { Viewer } from "@/lib/viewer";
import { authContext } from "@/tests/support/auth";
import { setProxyVariables, startProxy } from "@/tests/support/connect-proxy";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { startFakeModel } from "@/tests/support/fake-model";
import { addBot, addPerson, testSealer } from "@/tests/support/people";

const errorOf = async (promise: Promise<unknown>): Promise<AppError | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    },
  );
const codeOf = async (promise: Promise<unknown>) => (await errorOf(promise))?.code;

const input = (more = {}) => ({ name: "GPT", baseUrl: "https://api.example.com/v1", model: "gpt", ...more });

/** Makes a bot answer with a model. */
const useModel = (db: Database, botId: string, modelId: string, key = "modelId") =>
  db
    .update(bots)
    .set({ reply: sql`${JSON.stringify({ kind: "ai", [key]: modelId })}::text::jsonb` })
    .where(eq(bots.id, botId));

describeOnDatabases("models", (kind) => {
  async function scene() {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const bo = await addPerson(db, "Bo");
    const admin = await addPerson(db, "Admin", "admin");
    return { db, ann, bo, admin, context: { db, sealer: testSealer } };
  }

  test("keep their key sealed into their own row and show none of it", async () => {
    const { db, ann, context } = await scene();
    const id = await createModel(context, ann, input({ apiKey: "sk-of-ann" }));
    const other = await createModel(context, ann, input({ apiKey: "sk-of-other" }));
    const row = await requireModel(db, ann, id);
    expect(JSON.stringify(row)).not.toContain("sk-of-ann");
    expect(openModel(testSealer, row)).toMatchObject({ apiKey: "sk-of-ann", allowPrivate: false });
    const shown = await getModel(db, ann, id, "en");
    expect(shown).toMatchObject({ name: "GPT", hasApiKey: true, shared: false, owner: { name: "Ann" } });
    expect(JSON.stringify(shown)).not.toMatch(/sealed|sk-of/);
    const moved = { ...row, sealedApiKey: (await requireModel(db, ann, other)).sealedApiKey };
    expect(() => openModel(testSealer, moved)).toThrow();
    await updateModel(context, ann, id, { name: "Renamed" });
    expect(openModel(testSealer, await requireModel(db, ann, id)).apiKey).toBe("sk-of-ann");
    await updateModel(context, ann, id, { apiKey: "" });
    expect(await getModel(db, ann, id, "en")).toMatchObject({ name: "Renamed", hasApiKey: false });
    const entries = await db.select().from(auditLog).where(eq(auditLog.targetId, id));
    expect(entries.map(({ action }) => action)).toEqual(["model.created", "model.updated", "model.updated"]);
    expect(JSON.stringify(entries)).not.toContain("sk-of");
  });

  test("say whether they answered when they were last asked as they are set up now, and who uses them", async () => {
    const { db, ann, bo, admin, context } = await scene();
    const fake = await startFakeModel();
    const id = await createModel(context, admin, input({ baseUrl: fake.baseUrl, shared: true }));
    const seen = (viewer: Viewer = admin) => getModel(db, viewer, id, "en");
    const test = async () => testStoredModel(context, await requireModel(db, admin, id), "en");
    expect(await seen()).toMatchObject({ health: "untested", bots: [], otherBots: 0 });
    expect(await test()).not.toHaveProperty("reason");
    expect(await seen()).toMatchObject({ health: "works", lastAskedAt: expect.any(String) });
    expect(await seen()).not.toHaveProperty("problem");

    fake.next({ status: 401, body: { error: { message: "bad key" } } });
    const { problem } = await test();
    expect(await seen()).toMatchObject({ health: "fails", problem });

    // An answer to what it was before it was changed says nothing of what it is now.
    const before = await requireModel(db, admin, id);
    await updateModel(context, admin, id, { name: "Renamed" });
    expect(await seen()).toMatchObject({ health: "fails" });
    await updateModel(context, admin, id, { apiKey: "sk-new" });
    await testStoredModel(context, before, "en");
    expect(await seen()).toMatchObject({ health: "untested" });
    expect(await seen()).not.toHaveProperty("problem");

    const [ofAnn, ofBo] = [await addBot(db, ann, { name: "HR" }), await addBot(db, bo, { name: "Ops" })];
    await useModel(db, ofAnn, id, "fallbackModelId");
    const rules = [{ match: "exact", pattern: "x", action: { kind: "reply", reply: { kind: "ai", modelId: id } } }];
    await db
      .update(bots)
      .set({ behavior: sql`${JSON.stringify({ rules })}::text::jsonb` })
      .where(eq(bots.id, ofBo));
    expect(await seen(ann)).toMatchObject({ bots: [{ id: ofAnn, name: "HR" }], otherBots: 1 });
    expect((await seen()).bots.map(({ name }) => name).toSorted()).toEqual(["HR", "Ops"]);
  });

  test("see images by what is said of them, and by their name where nothing is", async () => {
    const { db, ann, context } = await scene();
    const sees = async (id: string) => (await getModel(db, ann, id, "en")).seesImages;
    const known = await createModel(context, ann, input({ model: "qwen-vl-max" }));
    const unknown = await createModel(context, ann, input({ model: "deepseek-v4-flash" }));
    const told = await createModel(context, ann, input({ model: "my-own", seesImages: true }));
    expect(await Promise.all([known, unknown, told].map(sees))).toEqual([true, false, true]);
    await updateModel(context, ann, known, { seesImages: false });
    await updateModel(context, ann, known, { name: "Renamed" });
    expect(await sees(known)).toBe(false);
  });

  test("are seen by their owner, by administrators and, shared, by everybody", async () => {
    const { db, ann, bo, admin, context } = await scene();
    const ofAnn = await createModel(context, ann, input({ name: "of Ann" }));
    const ofAdmin = await createModel(context, admin, input({ name: "of all", shared: true }));
    const names = async (viewer: Viewer) =>
      (await listModels(db, viewer, { limit: 10 })).items.map((model) => model.name);
    expect(await names(ann)).toEqual(["of Ann", "of all"]);
    expect(await names(bo)).toEqual(["of all"]);
    expect(await names(admin)).toEqual(["of Ann", "of all"]);
    expect(await codeOf(requireModel(db, bo, ofAnn))).toBe("not_found");
    expect(await codeOf(updateModel(context, bo, ofAnn, { name: "x" }))).toBe("not_found");
    expect(await codeOf(deleteModel(context, bo, ofAnn))).toBe("not_found");
    expect(await codeOf(updateModel(context, bo, ofAdmin, { name: "x" }))).toBe("forbidden");
    expect(await codeOf(deleteModel(context, bo, ofAdmin))).toBe("forbidden");
    expect(await codeOf(createModel(context, ann, input({ shared: true })))).toBe("forbidden");
    expect(await codeOf(updateModel(context, ann, ofAnn, { shared: true }))).toBe("forbidden");
    await updateModel(context, admin, ofAnn, { shared: true });
    expect(await names(bo)).toEqual(["of Ann", "of all"]);
  });

  test("are counted for whoever may see them: added, and those that answered when last asked", async () => {
    const { db, ann, bo, admin, context } = await scene();
    expect(await countModels(db, ann)).toEqual({ added: 0, available: 0 });
    const works = await createModel(context, ann, input({}));
    const fails = await createModel(context, ann, input({}));
    await createModel(context, admin, input({ shared: true }));
    await noteUse(db, await requireModel(db, ann, works), null);
    await noteUse(db, await requireModel(db, ann, fails), { code: "model.unreachable" });
    expect(await countModels(db, ann)).toEqual({ added: 3, available: 1 });
    expect(await countModels(db, bo)).toEqual({ added: 1, available: 0 });
  });

  test("come page by page", async () => {
    const { db, ann, context } = await scene();
    for (let i = 0; i < 5; i += 1) await createModel(context, ann, input({ name: `${i}` }));
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listModels(db, ann, { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("stay while a bot answers with them, or their owner is there", async () => {
    const { db, ann, bo, admin, context } = await scene();
    const id = await createModel(context, admin, input({ shared: true }));
    const first = await addBot(db, ann, { name: "First bot" });
    const second = await addBot(db, bo, { name: "Second bot" });
    await useModel(db, first, id);
    await useModel(db, second, id, "fallbackModelId");
    const refused = await errorOf(deleteModel(context, admin, id));
    expect(refused).toMatchObject({ code: "conflict" });
    expect(refused?.describe("en")).toContain("First bot, Second bot");
    expect(await codeOf(updateModel(context, admin, id, { shared: false }))).toBe("conflict");
    await db.delete(bots);
    await updateModel(context, admin, id, { shared: false });
    await deleteModel(context, admin, id);
    await createModel(context, ann, input());
    expect((await errorOf(deleteUser(authContext(db), admin, ann.userId)))?.describe("en")).toContain(
      "one model".replace("one", "1"),
    );
    await db.delete(models);
    await deleteUser(authContext(db), admin, ann.userId);
  });

  test("stay while a rule of a bot has them answer", async () => {
    const { db, ann, admin, context } = await scene();
    const [first, second, unused] = await Promise.all([1, 2, 3].map(() => createModel(context, admin, input())));
    const id = await addBot(db, ann, { name: "Ruled bot" });
    const rule = { match: "contains", pattern: "x", action: { kind: "reply", reply: { kind: "ai" } } };
    const answering = (reply: object) => ({ ...rule, action: { kind: "reply", reply: { kind: "ai", ...reply } } });
    const rules = [rule, answering({ modelId: first }), answering({ modelId: "x", fallbackModelId: second })];
    await db
      .update(bots)
      .set({ behavior: sql`${JSON.stringify({ rules })}::text::jsonb` })
      .where(eq(bots.id, id));
    for (const used of [first, second]) {
      const refused = await errorOf(deleteModel(context, admin, used ?? ""));
      expect(refused?.describe("en")).toContain("Ruled bot");
    }
    await deleteModel(context, admin, unused ?? "");
    await db.update(bots).set({ behavior: {} });
    await deleteModel(context, admin, first ?? "");
  });

  test("leave an audit row that names what changed, and none where nothing did", async () => {
    const { db, ann, context } = await scene();
    const id = await createModel(context, ann, input({ apiKey: "sk-one" }));
    // A form sends all that it has.
    await updateModel(context, ann, id, input({ apiKey: "sk-one" }));
    await updateModel(context, ann, id, input({ name: "Renamed", seesImages: true }));
    await updateModel(context, ann, id, input({ name: "Renamed", apiKey: "sk-two" }));
    await updateModel(context, ann, id, { apiKey: "" });
    await updateModel(context, ann, id, { apiKey: "" });
    const rows = await db.select().from(auditLog).where(eq(auditLog.action, "model.updated")).orderBy(auditLog.id);
    expect(rows.map(({ detail }) => detail)).toEqual([
      { fields: ["name", "seesImages"] },
      { fields: ["apiKey"] },
      { fields: ["apiKey"] },
    ]);
  });

  test("inside the network are for administrators, at link-local addresses for nobody", async () => {
    const { ann, admin, context } = await scene();
    for (const host of [
      "127.0.0.1:11434",
      "[::1]:8000",
      "10.1.2.3",
      "localhost:11434",
      "0x7f.1",
      "[::ffff:10.0.0.1]",
    ]) {
      expect(await codeOf(createModel(context, ann, input({ baseUrl: `http://${host}/v1` }))), host).toBe("forbidden");
      expect(await createModel(context, admin, input({ baseUrl: `http://${host}/v1` }))).toBeTruthy();
    }
    // Who entered it is remembered: another name of it is no new address, another address is.
    const id = await createModel(context, ann, input());
    const reaches = async () => openModel(testSealer, await requireModel(context.db, admin, id)).allowPrivate;
    await updateModel(context, admin, id, input({ name: "Renamed" }));
    expect(await reaches()).toBe(false);
    await updateModel(context, admin, id, { baseUrl: "http://10.1.2.3/v1" });
    await updateModel(context, ann, id, { name: "Mine" });
    expect(await reaches()).toBe(true);
    expect(await codeOf(updateModel(context, ann, id, { baseUrl: "http://10.1.2.4/v1" }))).toBe("forbidden");
    await updateModel(context, ann, id, input());
    expect(await reaches()).toBe(false);
    for (const host of ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "100.100.100.200"]) {
      expect(await codeOf(createModel(context, admin, input({ baseUrl: `http://${host}/v1` }))), host).toBe(
        "invalid_input",
      );
    }
  });
});

test("the base address is taken as people paste it, and refused where it cannot be one", () => {
  const parse = (baseUrl: string) => createModelSchema.safeParse(input({ baseUrl })).data?.baseUrl;
  expect(parse(" https://api.deepseek.com/ ")).toBe("https://api.deepseek.com");
  expect(parse("https://api.openai.com/v1//")).toBe("https://api.openai.com/v1");
  expect(parse("https://open.bigmodel.cn/api/paas/v4/chat/completions")).toBe("https://open.bigmodel.cn/api/paas/v4");
  for (const bad of [
    "api.openai.com/v1",
    "ftp://x.example/v1",
    "https://u:p@x.example/v1",
    "https://x.example/v1?a=b",
  ]) {
    expect(parse(bad), bad).toBeUndefined();
  }
});

const open = (baseUrl: string, more: Partial<OpenModel> = {}): OpenModel => ({
  name: "Fake",
  seesImages: false,
  baseUrl,
  model: "fake-1",
  apiKey: "sk-the-right-key",
  allowPrivate: true,
  ...more,
});

test("a trial gives the first words, without the thoughts before them, and when they came", async () => {
  const fake = await startFakeModel("sk-the-right-key");
  fake.next({ reasoning: ["Hm, ", "well."], text: ["Good ", "day!"] });
  const result = await testModel(open(fake.baseUrl), "en");
  expect(result).toMatchObject({ ok: true, firstWords: "Good day!" });
  expect(result.firstTokenMs).toBeGreaterThanOrEqual(0);
  expect(result.ms).toBeGreaterThanOrEqual(result.firstTokenMs ?? Number.POSITIVE_INFINITY);
  expect(fake.requests[0]).toMatchObject({ path: "/v1/chat/completions", body: { model: "fake-1", stream: true } });
  fake.next({ text: ["<thi", "nk>secret thoughts</think>", "Hello"] });
  expect((await testModel(open(fake.baseUrl), "en")).firstWords).toBe("Hello");
});

test("a trial stops reading once it has seen enough", async () => {
  const fake = await startFakeModel();
  fake.next({ text: Array<string>(10_000).fill("words and more words "), pauseMs: 5, end: "hang" });
  const result = await testModel(open(fake.baseUrl), "en");
  expect(result.ok).toBe(true);
  expect(result.firstWords?.length).toBeLessThanOrEqual(120);
  await expect.poll(() => fake.open).toBe(0);
});

test("a trial tells each failure by its cause, in the caller's language, and never the key", async () => {
  const fake = await startFakeModel();
  const say = async (
    script: Parameters<typeof fake.next>[0],
    more: Partial<OpenModel> = {},
    locale: "en" | "zh-CN" = "en",
  ) => {
    fake.next(script);
    const { ok, problem, firstWords } = await testModel(open(fake.baseUrl, more), locale, 300);
    expect([ok, firstWords]).toEqual([false, undefined]);
    expect(problem).not.toContain("sk-the-right-key");
    return problem;
  };
  const error = (message: string) => ({ error: { message } });
  expect(await say({ status: 401, body: error("Bad key sk-the-right-key") })).toMatch(
    /rejected the API key \(status 401: Bad key \[hidden\]\)/,
  );
  expect(await say({ status: 401, body: error("No key") }, { apiKey: undefined })).toMatch(/requires an API key/);
  expect(await say({ status: 404, body: error("no model fake-1") })).toMatch(/fake-1 \(status 404: no model fake-1\)/);
  expect(await say({ status: 429, body: { message: "slow down" } })).toMatch(
    /rate-limiting requests \(status 429: slow down\)/,
  );
  expect(
    await say({ status: 429, body: { error: { message: "You exceeded your quota", code: "insufficient_quota" } } }),
  ).toMatch(/out of credit/);
  expect(await say({ status: 402, body: error("Insufficient Balance") })).toMatch(
    /out of credit \(status 402: Insufficient Balance\)/,
  );
  expect(await say({ status: 500, body: "<html>oops</html>" })).toMatch(
    /reported an error \(status 500: Internal Server Error\)/,
  );
  expect(await say({ status: 302, headers: { location: "http://127.0.0.1:1/" } })).toMatch(/redirects to another URL/);
  expect(await say({ text: ["half a "], end: "cut" })).toMatch(/was cut off|was interrupted/);
  expect(await say({ text: ["half a "], end: "unfinished" })).toMatch(/was cut off/);
  expect(await say({ end: "garbage" })).toMatch(/is not OpenAI-compatible/);
  expect(await say({ text: [], end: "hang" })).toMatch(/No data from/);
  expect(await say({ text: [] })).toMatch(/empty answer/);
  expect(await say({ status: 401, body: error("No key") }, {}, "zh-CN")).toMatch(
    /拒绝了 API 密钥（状态码 401：No key）/,
  );
  const nowhere = await testModel(open("http://127.0.0.1:1/v1"), "en");
  expect(nowhere.problem).toMatch(/Nothing is listening at 127.0.0.1:1/);
  const inside = await testModel(open(fake.baseUrl, { allowPrivate: false }), "en");
  expect(inside.problem).toMatch(/private network address/);
  const wrongPath = await testModel(open(fake.baseUrl.replace("/v1", "/v2")), "en");
  expect(wrongPath.problem).toMatch(/status 404: Not Found/);
});

test("a model is reached through the environment's proxy, and a proxy that refuses is named", async () => {
  const fake = await startFakeModel();
  const proxy = await startProxy();
  setProxyVariables({ HTTP_PROXY: proxy.url });
  const host = new URL(fake.baseUrl).host;
  expect(await testModel(open(fake.baseUrl), "en")).toMatchObject({ ok: true });
  expect(proxy.targets).toEqual([host]);
  const inside = await testModel(open(fake.baseUrl, { allowPrivate: false }), "en");
  expect(inside.problem).toMatch(/private network address/);
  const refusing = await startProxy({ status: 403 });
  setProxyVariables({ HTTP_PROXY: refusing.url });
  const { ok, problem } = await testModel(open(fake.baseUrl), "en");
  expect(ok).toBe(false);
  expect(problem).toContain(`The proxy ${new URL(refusing.url).host} did not open a tunnel to ${host} (403).`);
});
