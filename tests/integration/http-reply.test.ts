import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { updateBot } from "@/lib/bots/changes";
import { openBotSecret } from "@/lib/bots/credentials";
import { getBotRow, requireBot, showBot } from "@/lib/bots/queries";
import { createBotSchema, updateBotSchema } from "@/lib/bots/schemas";
import type { Rule } from "@/lib/db/documents";
import { type BotRow, bots } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "saved",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const PUBLIC = "https://answers.example.com/bot";
const http = (url: string, more: object = {}) => ({ kind: "http" as const, url, timeoutSeconds: 30, ...more });

describeOnDatabases("the settings of a service of one's own", (kind) => {
  async function scene() {
    const { db } = await freshDatabase(kind);
    const member = await addPerson(db, "Ann");
    const admin = await addPerson(db, "Admin", "admin");
    const shown = async (id: string) => showBot(await requireBot(db, admin, id), "", testSealer);
    const secretOf = async (id: string) =>
      openBotSecret(testSealer, (await getBotRow(db, id)) as BotRow, "reply-secret");
    return { db, member, admin, shown, secretOf, context: botsContext(db) };
  }

  test("the secret is sealed, never shown, kept when left out, and removed by null", async () => {
    const { db, member, context, shown, secretOf } = await scene();
    const id = await addBot(db, member, { reply: http(PUBLIC, { secret: "a secret of mine" }) });
    expect(await shown(id)).toMatchObject({ reply: http(PUBLIC), hasReplySecret: true });
    expect(JSON.stringify(await getBotRow(db, id))).not.toContain("a secret of mine");
    await updateBot(context, member, id, { reply: { timeoutSeconds: 5 } });
    expect(await shown(id)).toMatchObject({ reply: { ...http(PUBLIC), timeoutSeconds: 5 }, hasReplySecret: true });
    expect(await secretOf(id)).toBe("a secret of mine");
    await updateBot(context, member, id, { reply: { secret: "another one" } });
    expect(await secretOf(id)).toBe("another one");
    await updateBot(context, member, id, { reply: { secret: null } });
    expect(await shown(id)).toMatchObject({ reply: { url: PUBLIC, timeoutSeconds: 5 }, hasReplySecret: false });
  });

  test("addresses inside the network are for administrators to enter, link-local ones for nobody", async () => {
    const { db, member, admin, context } = await scene();
    const tries = (person: typeof member, url: string) => codeOf(addBot(db, person, { reply: http(url) }));
    for (const url of ["http://127.0.0.1:8080/", "http://10.1.2.3/", "http://localhost/", "http://[::1]/"]) {
      expect([url, await tries(member, url)]).toEqual([url, "forbidden"]);
      expect([url, await tries(admin, url)]).toEqual([url, "saved"]);
    }
    for (const url of ["http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/"]) {
      expect([url, await tries(member, url)]).toEqual([url, "invalid_input"]);
      expect([url, await tries(admin, url)]).toEqual([url, "invalid_input"]);
    }
    const id = await addBot(db, member, { reply: http(PUBLIC) });
    expect(await codeOf(updateBot(context, member, id, { reply: { url: "http://10.0.0.1/" } }))).toBe("forbidden");
    expect((await getBotRow(db, id))?.reply).toEqual(http(PUBLIC));
  });

  // Handed over to an administrator, what a former member had entered began to reach inside.
  test("who entered an address is remembered, whoever owns the bot or saves something else", async () => {
    const { db, member, admin, context } = await scene();
    const INSIDE = "http://10.0.0.1/";
    const id = await addBot(db, member, { reply: http(PUBLIC) });
    const inside = async () => (await getBotRow(db, id))?.insideServices;
    await db.update(bots).set({ ownerId: admin.userId });
    await updateBot(context, admin, id, { reply: http(PUBLIC, { timeoutSeconds: 9 }), behavior: { commands: false } });
    expect(await inside()).toEqual([]);
    await updateBot(context, admin, id, { reply: { url: INSIDE } });
    expect(await inside()).toEqual([INSIDE]);
    await db.update(bots).set({ ownerId: member.userId });
    const rule = (reply: object) => ({ match: "exact", pattern: "x", action: { kind: "reply", reply } }) as Rule;
    await updateBot(context, member, id, { reply: { timeoutSeconds: 3 }, behavior: { rules: [rule(http(INSIDE))] } });
    expect(await inside()).toEqual([INSIDE]);
    expect(await codeOf(updateBot(context, member, id, { reply: { protocol: "dify" } }))).toBe("forbidden");
    await updateBot(context, member, id, { reply: { kind: "echo" }, behavior: { rules: [] } });
    expect(await inside()).toEqual([]);
    expect(await codeOf(updateBot(context, member, id, { reply: http(INSIDE) }))).toBe("forbidden");
  });

  test("what stood there before is decided once, by who owned it then", async () => {
    const { db, member, admin } = await scene();
    const rules = [{ match: "exact", pattern: "x", action: { kind: "reply", reply: http(PUBLIC) } }] as Rule[];
    const dify = http("http://10.0.0.1/", { protocol: "dify" });
    const ids = [await addBot(db, admin, { reply: dify, behavior: { rules } }), await addBot(db, member)];
    const echo = await addBot(db, admin);
    await db.update(bots).set({ insideServices: [] });
    const [, ...decisions] = readFileSync("drizzle/0015_sessions_and_reach.sql", "utf8").split(/^-- Until now.*$/m);
    for (const statement of decisions.join().split("--> statement-breakpoint")) await db.execute(sql.raw(statement));
    const inside = async (id = "") => (await getBotRow(db, id))?.insideServices.toSorted();
    expect(await inside(ids[0])).toEqual(["dify http://10.0.0.1/", PUBLIC]);
    expect([await inside(ids[1]), await inside(echo)]).toEqual([[], []]);
  });

  test("a cloud or a proxy at an address that is never called is refused for administrators too", async () => {
    const { db, admin, context } = await scene();
    expect(await codeOf(addBot(db, admin, { domain: "http://169.254.169.254" }))).toBe("invalid_input");
    const id = await addBot(db, admin, { domain: "http://10.0.0.1" });
    for (const change of [{ domain: "http://[fe80::1]" }, { proxy: "http://100.100.100.200:3128" }]) {
      expect(await codeOf(updateBot(context, admin, id, change))).toBe("invalid_input");
    }
    await updateBot(context, admin, id, { proxy: "http://10.0.0.2:3128" });
  });

  test("another kind of reply takes none of these fields, and this one needs an address", async () => {
    const { db, member, context } = await scene();
    const id = await addBot(db, member);
    expect(await codeOf(updateBot(context, member, id, { reply: { url: PUBLIC } }))).toBe("invalid_input");
    expect(await codeOf(updateBot(context, member, id, { reply: { secret: "x" } }))).toBe("invalid_input");
    expect(await codeOf(updateBot(context, member, id, { reply: { kind: "http" } }))).toBe("invalid_input");
    await updateBot(context, member, id, { reply: { kind: "http", url: PUBLIC } });
    expect((await getBotRow(db, id))?.reply).toEqual(http(PUBLIC));
  });
});

const base = { name: "A bot", appId: "cli_0123456789abcdef", appSecret: "secret" };

test.each([
  ["ftp://example.com/", "reply.url"],
  ["example.com/answer", "reply.url"],
  ["https://user:password@example.com/", "reply.url"],
  ["https://user@example.com/", "reply.url"],
  ["http:///", "reply.url"],
])("the address %s is refused, new and changed", (url, path) => {
  for (const parsed of [
    createBotSchema.safeParse({ ...base, reply: { kind: "http", url } }),
    updateBotSchema.safeParse({ reply: { url } }),
  ]) {
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  }
});

test("a time of 30 s is meant where none is given, and a secret must be one", () => {
  const parse = (more: object) => createBotSchema.safeParse({ ...base, reply: { kind: "http", url: PUBLIC, ...more } });
  expect(parse({}).data?.reply).toEqual(http(PUBLIC));
  for (const timeoutSeconds of [0, 601, 1.5]) expect(parse({ timeoutSeconds }).success).toBe(false);
  for (const secret of ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "any text at all", null]) {
    expect(parse({ secret }).success).toBe(true);
  }
  for (const secret of ["whsec_", "whsec_not base64!", 7]) expect(parse({ secret }).success).toBe(false);
  expect(parse({ unknown: 1 }).success).toBe(false);
});
