import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { deleteBot, updateBot, wishConnection } from "@/lib/bots/changes";
import { openBotSecret, openCredentials } from "@/lib/bots/credentials";
import { getBotRow, getBotRowByAppId, listBots, listWantedBots, requireBot, showBot } from "@/lib/bots/queries";
import { auditLog, type BotRow, connections } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { randomAppId } from "@/tests/support/app-ids";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "nothing was thrown",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describeOnDatabases("bots", (kind) => {
  async function scene() {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const bo = await addPerson(db, "Bo");
    const admin = await addPerson(db, "Admin", "admin");
    return { db, ann, bo, admin, context: botsContext(db) };
  }
  const rowOf = async (db: Parameters<typeof getBotRow>[0], id: string) => (await getBotRow(db, id)) as BotRow;

  test("keeps secrets sealed and shows none of them", async () => {
    const { db, ann } = await scene();
    const id = await addBot(db, ann, { appSecret: "s3cret-value", encryptKey: "enc-value" });
    const row = await rowOf(db, id);
    expect(JSON.stringify(row)).not.toMatch(/s3cret-value|enc-value/);
    expect(openCredentials(testSealer, row, undefined).appSecret).toBe("s3cret-value");
    expect(openBotSecret(testSealer, row, "encrypt-key")).toBe("enc-value");
    const shown = showBot(await requireBot(db, ann, id), "https://larkspur.example", testSealer);
    expect(shown).toMatchObject({ hasAppSecret: true, hasEncryptKey: true, hasVerificationToken: false });
    expect(shown.webhookUrl).toBe(`https://larkspur.example/api/feishu/webhook/${row.appId}`);
    expect(JSON.stringify(shown)).not.toMatch(/sealed|s3cret|enc-value/);
  });

  test("does not open a secret that was copied into another bot's row", async () => {
    const { db, ann } = await scene();
    const one = await rowOf(db, await addBot(db, ann, { appSecret: "of one" }));
    const two = await rowOf(db, await addBot(db, ann, { appSecret: "of two" }));
    expect(() => openBotSecret(testSealer, { ...two, sealedAppSecret: one.sealedAppSecret }, "app-secret")).toThrow();
  });

  test("takes an app once, letter case aside, whoever owns it", async () => {
    const { db, ann, bo } = await scene();
    const appId = "cli_00000000000000ab";
    await addBot(db, ann, { appId });
    expect(await codeOf(addBot(db, bo, { appId: "cli_00000000000000AB" }))).toBe("conflict");
    expect((await getBotRowByAppId(db, "cli_00000000000000aB"))?.appId).toBe(appId);
  });

  test("hides other people's bots from members and shows all to administrators", async () => {
    const { db, ann, bo, admin } = await scene();
    const ofAnn = await addBot(db, ann);
    const ofBo = await addBot(db, bo);
    const idsFor = async (viewer: typeof ann, ownerId?: string) =>
      (await listBots(db, viewer, { limit: 50, ownerId })).items.map((bot) => bot.id);
    expect(await idsFor(ann)).toEqual([ofAnn]);
    expect(await idsFor(admin)).toEqual([ofAnn, ofBo]);
    expect(await idsFor(admin, admin.userId)).toEqual([]);
    expect(await codeOf(requireBot(db, ann, ofBo))).toBe("not_found");
    expect((await requireBot(db, admin, ofBo)).ownerName).toBe("Bo");
  });

  test("lets nobody change or delete what they may not see", async () => {
    const { db, ann, bo, context } = await scene();
    const ofBo = await addBot(db, bo);
    expect(await codeOf(updateBot(context, ann, ofBo, { name: "Mine" }))).toBe("not_found");
    expect(await codeOf(deleteBot(context, ann, ofBo))).toBe("not_found");
    expect(await codeOf(wishConnection(context, ann, ofBo, true))).toBe("not_found");
    expect((await rowOf(db, ofBo)).name).toBe("A bot");
  });

  test("goes through a long list page by page without a gap or a repeat", async () => {
    const { db, ann } = await scene();
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push(await addBot(db, ann));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listBots(db, ann, { limit: 3, cursor });
      seen.push(...page.items.map((bot) => bot.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(await codeOf(listBots(db, ann, { limit: 3, cursor: "nonsense" }))).toBe("invalid_input");
  });

  test("keeps what a change leaves out, also inside the policy", async () => {
    const { db, ann, context } = await scene();
    const id = await addBot(db, ann, { policy: { allowSenders: ["ou_a"], groups: "all" } });
    await updateBot(context, ann, id, { policy: { groups: "none" }, name: "Renamed" });
    const row = await rowOf(db, id);
    expect(row).toMatchObject({ name: "Renamed", reply: { kind: "echo" }, enabled: true });
    expect(row.policy).toMatchObject({ groups: "none", allowSenders: ["ou_a"], ignoreOlderThanSeconds: 86_400 });
    expect(row.credentialsVersion).toBe(1);
  });

  test("counts new credentials, which rebuilds the connection and asks for the bot's identity again", async () => {
    const { db, ann, context } = await scene();
    const id = await addBot(db, ann);
    await updateBot(context, ann, id, { appSecret: "another" });
    await updateBot(context, ann, id, { appId: randomAppId() });
    expect((await rowOf(db, id)).credentialsVersion).toBe(3);
  });

  test("removes a webhook key when it is set to null or nothing", async () => {
    const { db, ann, context } = await scene();
    const id = await addBot(db, ann, { verificationToken: "token", encryptKey: "key" });
    await updateBot(context, ann, id, { verificationToken: null, encryptKey: "" });
    expect(await rowOf(db, id)).toMatchObject({ sealedVerificationToken: null, sealedEncryptKey: null });
  });

  test("lets only administrators set a cloud of their own", async () => {
    const { db, ann, admin, context } = await scene();
    const domain = "http://127.0.0.1:9";
    expect(await codeOf(addBot(db, ann, { domain }))).toBe("forbidden");
    const id = await addBot(db, ann);
    expect(await codeOf(updateBot(context, ann, id, { domain }))).toBe("forbidden");
    await updateBot(context, admin, id, { domain });
    expect(openCredentials(testSealer, await rowOf(db, id), undefined).origin).toBe(domain);
  });

  test("keeps a proxy sealed, shows it without its password, and rebuilds the connection when it changes", async () => {
    const { db, ann, admin, context } = await scene();
    const id = await addBot(db, ann);
    const credentials = async () => openCredentials(testSealer, await rowOf(db, id), undefined);
    expect(await credentials()).not.toHaveProperty("proxy");
    await updateBot(context, admin, id, { proxy: "http://larkspur:s3cret@proxy.internal:3128/" });
    const row = await rowOf(db, id);
    expect(JSON.stringify(row)).not.toMatch(/s3cret|proxy\.internal/);
    expect(row.credentialsVersion).toBe(2);
    expect((await credentials()).proxy).toBe("http://larkspur:s3cret@proxy.internal:3128");
    const shown = showBot(await requireBot(db, ann, id), "", testSealer);
    expect(shown).toMatchObject({ proxy: "http://larkspur@proxy.internal:3128", hasProxyPassword: true });
    expect(JSON.stringify(shown)).not.toContain("s3cret");
    expect(JSON.stringify(await db.select().from(auditLog))).not.toMatch(/s3cret|proxy\.internal/);
    // Sent back as it is shown, by whomever, it is no change.
    await updateBot(context, ann, id, { proxy: shown.proxy });
    expect(await rowOf(db, id)).toMatchObject({ credentialsVersion: 2, sealedProxy: row.sealedProxy });
    await updateBot(context, admin, id, { proxy: null });
    expect(await rowOf(db, id)).toMatchObject({ credentialsVersion: 3, sealedProxy: null });
  });

  test("lets only administrators set, change and remove a proxy", async () => {
    const { db, ann, admin, context } = await scene();
    const proxy = "http://proxy.internal:3128";
    expect(await codeOf(addBot(db, ann, { proxy }))).toBe("forbidden");
    const id = await addBot(db, ann, { proxy: null });
    expect(await codeOf(updateBot(context, ann, id, { proxy }))).toBe("forbidden");
    await updateBot(context, admin, id, { proxy });
    expect(await codeOf(updateBot(context, ann, id, { proxy: "" }))).toBe("forbidden");
    expect(await codeOf(updateBot(context, ann, id, { proxy: "http://other.internal" }))).toBe("forbidden");
    await updateBot(context, ann, id, { name: "Renamed", appSecret: "another" });
    expect(openCredentials(testSealer, await rowOf(db, id), undefined).proxy).toBe(proxy);
  });

  test("never sends the sandbox through a proxy", async () => {
    const { db, admin } = await scene();
    const id = await addBot(db, admin, { domain: "sandbox", proxy: "http://proxy.internal:3128" });
    expect(openCredentials(testSealer, await rowOf(db, id), "http://127.0.0.1:1")).toMatchObject({ proxy: null });
  });

  test("refuses a long connection for a disabled bot and where none can live", async () => {
    const { db, ann, context } = await scene();
    const id = await addBot(db, ann, { enabled: false });
    expect(await codeOf(wishConnection(context, ann, id, true))).toBe("conflict");
    const serverless = { ...context, platform: { holdsConnections: false, name: "Vercel" } };
    await updateBot(context, ann, id, { enabled: true });
    await expect(wishConnection(serverless, ann, id, true)).rejects.toThrow(/Vercel/);
    expect(await listWantedBots(db)).toEqual([]);
    await wishConnection(context, ann, id, true);
    expect((await listWantedBots(db)).map((bot) => bot.id)).toEqual([id]);
  });

  test("does not call a bot connected whose holder is gone, or that is switched off", async () => {
    const { db, ann, context } = await scene();
    const id = await addBot(db, ann, { useWebSocket: true });
    const stateNow = async () => showBot(await requireBot(db, ann, id), "", testSealer).wsConnectionState;
    expect(await stateNow()).toBe("connecting");
    const lease = { leaseOwner: "a process", leaseUntil: new Date(Date.now() + 60_000) };
    await db.insert(connections).values({ botId: id, state: "connected", ...lease });
    expect(await stateNow()).toBe("connected");
    await db.update(connections).set({ leaseUntil: new Date(Date.now() - 1_000) });
    expect(await stateNow()).toBe("reconnecting");
    await updateBot(context, ann, id, { enabled: false });
    expect(await stateNow()).toBe("disconnected");
  });

  test("leaves an audit row for each change that happened, and none for one that did not", async () => {
    const { db, ann, bo, context } = await scene();
    const id = await addBot(db, ann);
    const { name, enabled, policy } = await requireBot(db, ann, id);
    // A form sends all that it has.
    await updateBot(context, ann, id, { name, enabled, policy });
    await updateBot(context, ann, id, { name: "Renamed", enabled, policy, appSecret: "never-in-the-log" });
    await wishConnection(context, ann, id, true);
    await wishConnection(context, ann, id, true);
    await codeOf(deleteBot(context, bo, id));
    await deleteBot(context, ann, id);
    const rows = await db.select().from(auditLog).where(eq(auditLog.targetId, id)).orderBy(auditLog.id);
    expect(rows.map((row) => row.action)).toEqual(["bot.created", "bot.updated", "bot.connected", "bot.deleted"]);
    expect(rows[1]?.detail).toEqual({ fields: ["name", "appSecret"] });
    expect(rows.every((row) => row.actorId === ann.userId)).toBe(true);
    expect(JSON.stringify(rows)).not.toContain("never-in-the-log");
  });
});
