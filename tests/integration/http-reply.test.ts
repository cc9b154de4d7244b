import { expect, test } from "vitest";
import { updateBot } from "@/lib/bots/changes";
import { openBotSecret } from "@/lib/bots/credentials";
import { getBotRow, requireBot, showBot } from "@/lib/bots/queries";
import { createBotSchema, updateBotSchema } from "@/lib/bots/schemas";
import type { BotRow } from "@/lib/db/schema";
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

  test("addresses inside the network are for bots of administrators, link-local ones for nobody", async () => {
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
    // It would be called for its owner, whoever saves it.
    expect(await codeOf(updateBot(context, admin, id, { reply: { url: "http://10.0.0.1/" } }))).toBe("forbidden");
    expect((await getBotRow(db, id))?.reply).toEqual(http(PUBLIC));
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
