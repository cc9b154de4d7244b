// Alerts: what is trouble, who is told of it, once, together, again when it is over, and what happens when nobody takes it.
import { createHmac } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { deleteRule, updateRule } from "@/lib/alerts/changes";
import { listRules, requireRule, showOneRule } from "@/lib/alerts/queries";
import { testRule } from "@/lib/alerts/test-rule";
import { deleteBot } from "@/lib/bots/changes";
import { alertRules, alerts } from "@/lib/db/alert-tables";
import type { Database } from "@/lib/db/client";
import { auditLog, bots, events, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { changeSettings } from "@/lib/settings/changes";
import { addRule, failMessage, PUBLIC_URL, setState, startCustomBot, startWatch } from "@/tests/support/alerts";
import {
  type DatabaseKind,
  describeOnDatabases,
  freshDatabase,
  freshPostgres,
  openReplica,
} from "@/tests/support/databases";
import { answerJson, type ServiceCall, startService } from "@/tests/support/http-service";
import { readable, startMailServer } from "@/tests/support/mail-server";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const WRONG_SECRET = { code: "connection.badSecret" };
const context = (db: Database) => ({ db, sealer: testSealer });

async function scene(kind: DatabaseKind) {
  const { db } = await freshDatabase(kind);
  const ann = await addPerson(db, "Ann", "admin");
  const receiver = await startService((_call, response) => answerJson(response, {}));
  const addBots = (...names: string[]) =>
    Promise.all(names.map((name) => addBot(db, ann, { name, useWebSocket: true })));
  const told = (count: number) =>
    waitFor(
      () => receiver.calls.length >= count && receiver.calls.map(({ body }) => body),
      () => `${count} alerts, there are ${receiver.calls.length}`,
    );
  /** Whatever is to be told by now has been: a look that came after it found nothing. */
  const lookedSince = async (ruleId: string) => {
    const lease = async () => (await db.select().from(alertRules).where(eq(alertRules.id, ruleId)))[0]?.leaseUntil;
    await waitFor(async () => (await lease()) === null, "what is being sent to be sent");
    const probe = await addBot(db, ann, { name: "Probe", useWebSocket: true });
    const before = receiver.calls.length;
    await setState(db, probe, "error");
    await told(before + 1);
    return receiver.calls.slice(before).map(({ body }) => body);
  };
  return { db, ann, receiver, addBots, told, lookedSince };
}

describeOnDatabases("alerts", (kind) => {
  test("tell of what fails together once, and again when each is well", async () => {
    const { db, ann, receiver, addBots, told, lookedSince } = await scene(kind);
    const [hr = "", it = "", calm = ""] = await addBots("HR", "IT", "Calm");
    const ruleId = await addRule(db, ann, { target: receiver.url, secret: "whsec_c2VjcmV0" });
    await setState(db, calm, "connected");
    await setState(db, hr, "error", { code: "connection.refused", params: { host: "open.feishu.cn" } });
    await setState(db, it, "error");
    const news: string[] = [];
    startWatch(db, { bus: { publish: ({ topic }) => void news.push(topic) } });
    const [first] = await told(1);
    // It was told; what goes on as it was is no news.
    await waitFor(() => news.length >= 1, "whoever looks at the alerts to hear of it");
    expect(new Set(news)).toEqual(new Set(["alerts"]));
    expect(first).toMatchObject({
      type: "alert",
      title: "2 bots have a problem",
      troubles: [
        { bot: { name: "HR", url: `${PUBLIC_URL}/bots/${hr}` }, condition: "error", status: "began" },
        { bot: { name: "IT" }, condition: "error", status: "began" },
      ],
    });
    expect(first.text).toContain(`${PUBLIC_URL}/bots/${hr}`);
    const { headers = {}, raw = "" }: Partial<ServiceCall> = receiver.calls[0] ?? {};
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${raw}`;
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", Buffer.from("secret")).update(signed).digest("base64")}`,
    );

    const taken = await waitFor(async () => {
      const rule = await requireRule(db, ann, ruleId);
      return rule.sentAt && rule;
    }, "the alert to be noted as taken");
    const shown = await showOneRule(context(db), taken, "en");
    expect(shown.troubles.map(({ bot }) => bot.name).sort()).toEqual(["HR", "IT"]);
    await setState(db, it, "reconnecting");
    await setState(db, it, "error");
    const [next] = await lookedSince(ruleId);
    expect(next.troubles.map((trouble: { bot: { name: string } }) => trouble.bot.name)).toEqual(["Probe"]);

    await setState(db, hr, "connected");
    const over = (await told(3))[2];
    expect(over).toMatchObject({ title: "HR has recovered", troubles: [{ status: "over", bot: { name: "HR" } }] });
    expect(over.text).toMatch(/^HR is connected again after \d+ s\./);
    const ofHr = () => db.select().from(alerts).where(eq(alerts.botId, hr));
    await waitFor(async () => (await ofHr()).length === 0, "the trouble to be forgotten");
  });

  test("are told once, however many replicas look", async () => {
    const { db, ann, receiver, addBots, told, lookedSince } = await scene(kind);
    const ids = await addBots("HR", "IT", "Sales");
    const ruleId = await addRule(db, ann, { target: receiver.url });
    const watches = [startWatch(db), startWatch(db), startWatch(db)];
    for (const id of ids) await setState(db, id, "error", WRONG_SECRET);
    await told(1);
    // The receiver has it, the sender perhaps does not know yet: ending in between must not tell it again.
    await Promise.all(watches.map((watch) => watch.stop()));
    startWatch(db);
    await lookedSince(ruleId);
    const names = receiver.calls.flatMap(({ body }) => body.troubles).map((trouble) => trouble.bot.name);
    expect(names.sort()).toEqual(["HR", "IT", "Probe", "Sales"]);
  });

  test("outlive a restart: what was told is not told again, what began meanwhile is", async () => {
    const { db, ann, receiver, addBots, told } = await scene(kind);
    const [hr = "", it = ""] = await addBots("HR", "IT");
    await addRule(db, ann, { target: receiver.url });
    await setState(db, hr, "error", WRONG_SECRET);
    const before = startWatch(db);
    await told(1);
    await before.stop();
    await setState(db, it, "error");
    await failMessage(db, hr, { code: "model.credit" });
    // A start begins by connecting: that is no recovery.
    await setState(db, hr, "reconnecting");
    startWatch(db);
    const second = (await told(2))[1];
    const names = second.troubles.map(
      (t: { bot: { name: string }; condition: string }) => `${t.bot.name} ${t.condition}`,
    );
    expect(names.sort()).toEqual(["HR failed", "IT error"]);
  });

  test("are silent about a blip, and tell of a connection that stays away, once", async () => {
    const { db, ann, receiver, addBots, told, lookedSince } = await scene(kind);
    const [blip = "", gone = "", off = ""] = await addBots("Blip", "Gone", "Off");
    const ruleId = await addRule(db, ann, {
      target: receiver.url,
      conditions: { silentMinutes: 10, failedMessages: false },
    });
    for (const id of [blip, gone, off]) await setState(db, id, "connected");
    startWatch(db);
    for (const id of [blip, gone, off]) await setState(db, id, "reconnecting", { code: "connection.lost" });
    await waitFor(async () => (await db.select().from(alerts)).length === 3, "three gaps to be noticed");
    expect((await showOneRule(context(db), await requireRule(db, ann, ruleId), "en")).troubles).toEqual([]);
    await setState(db, blip, "connected");
    await db.update(bots).set({ useWebSocket: false }).where(eq(bots.id, off));
    await waitFor(async () => (await db.select().from(alerts)).length === 1, "the blip and the wish to be forgotten");
    await db.update(alerts).set({ since: sql`now() - interval '11 minutes'` });
    const [first] = await told(1);
    expect(first.text).toMatch(/^Gone has not been connected for 11 min\./);
    // The same trouble under its other name.
    await setState(db, gone, "error", WRONG_SECRET);
    const [probe] = await lookedSince(ruleId);
    expect(probe.troubles.map((t: { bot: { name: string } }) => t.bot.name)).toEqual(["Probe"]);
  });

  test("tell of failed messages until none has failed for an hour", async () => {
    const { db, ann, receiver, addBots, told, lookedSince } = await scene(kind);
    const [hr = ""] = await addBots("HR");
    await setState(db, hr, "connected");
    const ruleId = await addRule(db, ann, { target: receiver.url, locale: "zh-CN" });
    const id = await failMessage(db, hr, { code: "http.refused", params: { host: "svc", status: 400, body: "no" } });
    await failMessage(db, hr, { code: "http.refused", params: { host: "svc", status: 400, body: "no" } });
    startWatch(db);
    const [first] = await told(1);
    expect(first).toMatchObject({ troubles: [{ condition: "failed", failedMessages: 2 }] });
    expect(first.text).toContain("HR 有 2 条消息未能回复");
    await failMessage(db, hr, { code: "model.credit" });
    await lookedSince(ruleId);
    expect(receiver.calls).toHaveLength(2);
    await db.update(events).set({ finishedAt: sql`now() - interval '2 hours'` });
    const over = (await told(3))[2];
    expect(over.text).toContain("HR 已有一小时没有消息失败");
    expect(id).toBeGreaterThan(0);
  });

  test("are tried again when they are not taken, and say why", async () => {
    const { db, ann, addBots } = await scene(kind);
    const [hr = ""] = await addBots("HR");
    const moody = await startService((_call, response, count) =>
      answerJson(response, { why: "busy" }, count < 3 ? 503 : 200),
    );
    const ruleId = await addRule(db, ann, { target: moody.url });
    await setState(db, hr, "error", WRONG_SECRET);
    const watch = startWatch(db, {
      timing: { lookMs: 20, gatherMs: 0, graceMs: 0, steadyMs: 0, retryMs: [3_600_000] },
    });
    const rule = () => requireRule(db, ann, ruleId);
    const failed = await waitFor(async () => (await rule()).error && rule(), "the first try to fail");
    const shown = await showOneRule(context(db), failed, "en");
    expect(shown.error).toMatch(/rejected the alert \(status 503\): \{"why":"busy"\}/);
    expect(shown.troubles[0]).not.toHaveProperty("toldAt");
    expect(moody.calls).toHaveLength(1);
    await watch.stop();
    await updateRule(context(db), ann, ruleId, { name: "Night duty" });
    startWatch(db);
    await waitFor(async () => (await rule()).sentAt, "the alert to be taken");
    expect(await rule()).toMatchObject({ error: null, attempts: 0, retryAt: null });
    expect(new Set(moody.calls.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  test("go away with their bot and their owner, and are nobody else's business", async () => {
    const { db, ann, receiver, addBots } = await scene(kind);
    const bo = await addPerson(db, "Bo");
    const [annsBot = ""] = await addBots("Ann's");
    const bosBot = await addBot(db, bo, { name: "Bo's", useWebSocket: true });
    const secret = "https://open.feishu.cn/open-apis/bot/v2/hook/very-secret";
    const ofBo = await addRule(db, bo, { channel: "feishu", target: secret, secret: "key of Bo" });
    const ofOne = await addRule(db, ann, { target: receiver.url, botId: annsBot });
    await setState(db, annsBot, "error");
    await setState(db, bosBot, "error");
    const row = await requireRule(db, bo, ofBo);
    expect(JSON.stringify(row)).not.toMatch(/very-secret|key of Bo/);
    const shown = await showOneRule(context(db), row, "en");
    expect(shown).toMatchObject({ target: "open.feishu.cn", hasSecret: true });
    expect(JSON.stringify(shown)).not.toMatch(/very-secret|key of Bo|sealed/);
    expect((await listRules(db, bo, { limit: 10 })).items.map(({ id }) => id)).toEqual([ofBo]);
    expect((await listRules(db, ann, { limit: 10 })).items).toHaveLength(2);
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
    expect(await codeOf(requireRule(db, bo, ofOne))).toBe("not_found");
    expect(await codeOf(deleteRule(context(db), bo, ofOne))).toBe("not_found");
    expect(await codeOf(updateRule(context(db), bo, ofBo, { botId: annsBot }))).toBe("invalid_input");
    expect(await codeOf(addRule(db, bo, { target: "http://127.0.0.1:1/x" }))).toBe("forbidden");
    expect(
      await codeOf(addRule(db, bo, { channel: "feishu", target: "https://x.example/open-apis/bot/v2/hook/a" })),
    ).toBe("forbidden");
    expect(await codeOf(addRule(db, ann, { target: "http://169.254.169.254/x" }))).toBe("invalid_input");
    expect(await codeOf(addRule(db, ann, { channel: "email", target: "nobody" }))).toBe("invalid_input");

    startWatch(db);
    await waitFor(async () => (await db.select().from(alerts)).length === 2, "both to be noticed");
    const seen = await db.select().from(alerts).where(eq(alerts.ruleId, ofBo));
    expect(seen.map(({ botId }) => botId)).toEqual([bosBot]);
    await deleteBot(botsContext(db), ann, annsBot);
    expect(await db.select().from(alertRules).where(eq(alertRules.id, ofOne))).toEqual([]);
    await db.delete(bots).where(eq(bots.id, bosBot));
    await db.delete(users).where(eq(users.id, bo.userId));
    expect(await db.select().from(alertRules)).toEqual([]);
    const entries = await db.select().from(auditLog);
    expect(entries.filter(({ action }) => action === "alert.created")).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toMatch(/very-secret|key of Bo/);
  });

  test("leave an audit row that names what changed, and none where nothing did", async () => {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann", "admin");
    const target = "https://alerts.example/one";
    const ruleId = await addRule(db, ann, { target, secret: "first" });
    const { name, botId, enabled, locale, conditions } = await requireRule(db, ann, ruleId);
    // A form sends all that it has.
    const all = { name, botId, enabled, locale, conditions, target };
    const change = (more: object) => updateRule(context(db), ann, ruleId, { ...all, ...more });
    await change({ secret: "first" });
    await change({ name: "Renamed", conditions: { recovered: conditions.recovered, silentMinutes: 5 } });
    await change({ name: "Renamed", conditions: { silentMinutes: 5 }, target: "https://alerts.example/two" });
    await change({ name: "Renamed", target: "https://alerts.example/two", secret: null, conditions: {} });
    const rows = await db.select().from(auditLog).where(eq(auditLog.action, "alert.updated")).orderBy(auditLog.id);
    expect(rows.map(({ detail }) => detail)).toEqual([
      { fields: ["name", "conditions"] },
      { fields: ["target"] },
      { fields: ["secret"] },
    ]);
  });
});

test.runIf(process.env.TEST_DATABASE_URL)("two replicas send one message", async () => {
  const { url } = await freshPostgres();
  const [a, b] = await Promise.all([openReplica(url, "a"), openReplica(url, "b")]);
  const ann = await addPerson(a.db, "Ann", "admin");
  const receiver = await startService((_call, response) => answerJson(response, {}));
  await addRule(a.db, ann, { target: receiver.url });
  const ids = await Promise.all(
    Array.from({ length: 10 }, (_, i) => addBot(a.db, ann, { name: `Bot ${i}`, useWebSocket: true })),
  );
  for (const id of ids) await setState(a.db, id, "error");
  const timing = { lookMs: 2 };
  startWatch(a.db, { timing });
  startWatch(b.db, { timing });
  await waitFor(async () => {
    const rows = await a.db.select().from(alerts);
    return rows.length === 10 && rows.every(({ toldAt }) => toldAt);
  }, "all ten to be told");
  expect(receiver.calls).toHaveLength(1);
  expect(receiver.calls[0]?.body.troubles).toHaveLength(10);
  for (const id of ids) await setState(a.db, id, "connected");
  await waitFor(async () => (await a.db.select().from(alerts)).length === 0, "all ten to be over");
  expect(receiver.calls.flatMap(({ body }) => body.troubles)).toHaveLength(20);
});

test("a custom bot of Feishu's is signed for, and its refusal is told in its words", async () => {
  const { db } = await freshDatabase();
  const ann = await addPerson(db, "Ann", "admin");
  const custom = await startCustomBot("the right key");
  const ruleId = await addRule(db, ann, { channel: "feishu", target: custom.hook, secret: "a wrong key" });
  const parts = { ...context(db), env: { mail: undefined, publicUrl: PUBLIC_URL } };
  const trial = async (locale: "en" | "zh-CN" = "en") =>
    testRule(parts, ann, await requireRule(db, ann, ruleId), locale);
  expect((await trial()).problem).toMatch(/signature \(19021: sign match fail/);
  expect((await trial("zh-CN")).problem).toMatch(/签名校验失败（19021/);
  await updateRule(context(db), ann, ruleId, { secret: "the right key" });
  expect(await trial()).toEqual({ ok: true });
  const bot = await addBot(db, ann, { name: "*HR* [x](y)", useWebSocket: true });
  await setState(db, bot, "error", WRONG_SECRET);
  startWatch(db);
  await waitFor(() => custom.calls.length === 4, "the alert");
  const { card, msg_type } = custom.calls[3]?.body ?? {};
  expect(msg_type).toBe("interactive");
  expect(card.header).toMatchObject({ template: "red", title: { content: "*HR* [x](y) has a problem" } });
  expect(card.elements[0].text.content).toContain("&#42;HR&#42; &#91;x&#93;&#40;y&#41; has been unable");
  expect(card.elements[0].text.content).toContain(`(${PUBLIC_URL}/bots/${bot})`);
  const nobody = await addRule(db, ann, { target: "http://127.0.0.1:1/x" });
  const lost = await testRule(parts, ann, await requireRule(db, ann, nobody), "en");
  expect(lost.problem).toMatch(/Nothing is listening at 127.0.0.1:1/);
});

test("mail goes through the server that is set up, and its refusals are told", async () => {
  const { db } = await freshDatabase();
  const ann = await addPerson(db, "Ann", "admin");
  const server = await startMailServer({ login: { user: "bots", pass: "p@ss" }, unknown: ["gone@example.com"] });
  const ruleId = await addRule(db, ann, { channel: "email", target: "on-call@example.com, gone@example.com" });
  const trial = async (url?: string) =>
    testRule(
      {
        ...context(db),
        env: { publicUrl: undefined, mail: url ? { url, from: "Larkspur <bots@example.com>" } : undefined },
      },
      ann,
      await requireRule(db, ann, ruleId),
      "en",
    );
  expect((await trial()).problem).toMatch(/No mail server is set up/);
  expect((await trial(`smtp://bots:wrong@127.0.0.1:${server.port}`)).problem).toMatch(/rejected the login: 535/);
  expect((await trial("smtp://127.0.0.1:1")).problem).toMatch(/Cannot reach/);
  const url = `smtp://bots:p%40ss@127.0.0.1:${server.port}`;
  expect((await trial(url)).problem).toMatch(/rejected gone@example.com/);
  await updateRule(context(db), ann, ruleId, { target: "on-call@example.com" });
  expect(await trial(url)).toEqual({ ok: true });

  const bot = await addBot(db, ann, { name: "人事", useWebSocket: true });
  await setState(db, bot, "error", WRONG_SECRET);
  startWatch(db, { env: { publicUrl: PUBLIC_URL, mail: { url, from: "bots@example.com" } } });
  const mail = await waitFor(() => server.mails[2], "the alert");
  expect(mail).toMatchObject({ from: "bots@example.com", to: ["on-call@example.com"] });
  expect(readable(mail)).toMatch(/^人事 has been unable to connect for/);
});

// One member sent 600 mails in two seconds, to anybody and under their own subject.
test("members mail accounts and allowed domains alone, under Larkspur's subject, and test ten times a minute at most", async () => {
  const { db } = await freshDatabase();
  const [boss, bo] = [await addPerson(db, "Boss", "admin"), await addPerson(db, "Bo")];
  const server = await startMailServer({});
  const parts = { ...context(db), env: { publicUrl: undefined, mail: { url: server.url, from: "bots@example.com" } } };
  const trial = async (id: string) => testRule(parts, bo, await requireRule(db, bo, id), "en");
  const stranger = { channel: "email" as const, name: "You have won", target: "victim@elsewhere.example" };
  await expect(addRule(db, bo, stranger)).rejects.toMatchObject({ code: "forbidden" });
  const ruleId = await addRule(db, bo, { ...stranger, target: `${boss.userId}@EXAMPLE.com` });
  const changed = updateRule(context(db), bo, ruleId, { target: stranger.target });
  await expect(changed).rejects.toMatchObject({ code: "forbidden" });
  expect(await trial(ruleId)).toEqual({ ok: true });
  await changeSettings(parts, boss, { mailDomains: ["elsewhere.example"] });
  await updateRule(context(db), bo, ruleId, { target: stranger.target });
  expect(await trial(ruleId)).toEqual({ ok: true });
  await changeSettings(parts, boss, { mailDomains: [] });
  expect((await trial(ruleId)).problem).toMatch(/may not be emailed to victim@elsewhere.example/);
  const subjects = server.mails.map(({ text }) => /^Subject: (.*)\r?$/m.exec(text)?.[1]);
  expect(subjects).toEqual(["Larkspur: test alert", "Larkspur: test alert"]);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => trial(ruleId)));
  const refused = tries.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(refused).toHaveLength(13);
  expect(refused[0]).toMatchObject({ code: "rate_limited", retryAfterSeconds: expect.any(Number) });
});
