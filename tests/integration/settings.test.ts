// The installation's settings: what is shown of them, what administrators change, and that it has its effect.
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { listAudit, showAuditEntries } from "@/lib/auth/audit-log";
import type { AuditFilter } from "@/lib/auth/schemas";
import { recordAudit } from "@/lib/db/audit";
import { auditLog, bots, connections, events, replicas, settings } from "@/lib/db/schema";
import { readEnvironment } from "@/lib/env";
import { AppError, StartupError } from "@/lib/errors";
import { deleteOldAudit, deleteOldEvents } from "@/lib/events/retention";
import { changeSettings, settingsChangeSchema } from "@/lib/settings/changes";
import { getMailServer } from "@/lib/settings/mail";
import { showInstallation } from "@/lib/settings/overview";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, testSealer } from "@/tests/support/people";

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describeOnDatabases("settings", (kind) => {
  async function scene(variables: Record<string, string> = {}) {
    const { db } = await freshDatabase(kind);
    const admin = await addPerson(db, "Admin", "admin");
    const env = { ...readEnvironment(variables), instance: "node-a" };
    const parts = { db, sealer: testSealer, env, databaseKind: kind, startedAt: new Date() };
    return { db, admin, parts };
  }

  test("show how things stand, and nothing that is secret", async () => {
    const { db, admin, parts } = await scene();
    await db.insert(replicas).values([
      { owner: "a", instance: "node-a" },
      { owner: "b", instance: "gone", seenAt: daysAgo(1) },
    ]);
    await changeSettings(parts, admin, { mail: { url: "smtp://bots:very%20secret@mail.test", from: "b@mail.test" } });
    const shown = await showInstallation(parts);
    expect(shown).toMatchObject({
      replicas: [{ instance: "node-a", bots: 0 }],
      database: { kind },
      retention: { eventDays: 90, auditDays: 400 },
      mail: { source: "settings", server: "smtp://bots:***@mail.test", from: "b@mail.test" },
      publicUrl: null,
      key: "file",
    });
    expect(shown.database.bytes).toBeGreaterThan(0);
    const kept = JSON.stringify([await db.select().from(settings), await db.select().from(auditLog)]);
    expect(kept).not.toContain("secret");
    expect(await getMailServer(parts)).toMatchObject({ url: "smtp://bots:very%20secret@mail.test" });
    await changeSettings(parts, admin, { mail: null });
    expect((await showInstallation(parts)).mail).toBeNull();
  });

  test("tell who is connected, and the proxies of the start, not what the sandbox adds to them", async () => {
    const { db, admin, parts } = await scene({ HTTPS_PROXY: "http://me:pw@proxy.test:8080", no_proxy: "intranet" });
    await db.insert(replicas).values({ owner: "a", instance: "node-a" });
    for (const state of ["connected", "connected", "error"] as const) {
      const leaseUntil = new Date(Date.now() + 60_000);
      const botId = await addBot(db, admin);
      await db.insert(connections).values({ botId, state, leaseOwner: "a", leaseUntil });
    }
    vi.stubEnv("NO_PROXY", "intranet,127.0.0.1:34991");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await showInstallation(parts)).toMatchObject({
      replicas: [{ instance: "node-a", bots: 2 }],
      proxies: { https: "http://***@proxy.test:8080", none: "intranet" },
    });
  });

  test("decide how long messages and the audit log are kept", async () => {
    const { db, admin, parts } = await scene();
    const botId = await addBot(db, admin);
    const addEvent = (eventId: string, days: number) =>
      db.insert(events).values({
        botId,
        eventId,
        lane: eventId,
        eventType: "x",
        source: "webhook",
        status: "done",
        payload: {},
        receivedAt: daysAgo(days),
      });
    await addEvent("old", 20);
    await addEvent("new", 5);
    await db.transaction((tx) => recordAudit(tx, admin, { action: "old" }));
    await db.update(auditLog).set({ at: daysAgo(20) });
    expect(await deleteOldEvents(db, { vacuum: false })).toBe(0);
    await deleteOldAudit(db);
    expect(await db.select().from(auditLog)).toHaveLength(2);
    await changeSettings(parts, admin, { retention: { eventDays: 10 } });
    await changeSettings(parts, admin, { retention: { eventDays: 10 } });
    expect(await deleteOldEvents(db, { vacuum: false })).toBe(1);
    await deleteOldAudit(db);
    expect(await db.select().from(auditLog)).toHaveLength(3);
    await changeSettings(parts, admin, { retention: { auditDays: 10 } });
    await deleteOldAudit(db);
    expect((await db.select().from(auditLog)).map(({ action }) => action)).toEqual([
      "settings.updated",
      "settings.updated",
    ]);
    expect((await showInstallation(parts)).retention).toEqual({ eventDays: 10, auditDays: 10 });
  });

  test("stand in the audit log, which can be narrowed", async () => {
    const { db, admin, parts } = await scene();
    await addBot(db, admin, { name: "100% bot" });
    await addBot(db, admin, { name: "100 bots" });
    await changeSettings(parts, admin, { retention: { eventDays: 10 } });
    const actions = async (filter: AuditFilter) =>
      (await listAudit(db, { limit: 10, ...filter })).items.map(({ action, targetName }) => targetName ?? action);
    expect(await actions({ subject: "settings" })).toEqual(["settings.updated"]);
    expect(await actions({ subject: "bot" })).toEqual(["100 bots", "100% bot"]);
    expect(await actions({ q: "0% B" })).toEqual(["100% bot"]);
    expect(await actions({ q: "admin" })).toHaveLength(3);
    expect(await actions({ actorId: "nobody" })).toEqual([]);
    await db.delete(bots).where(eq(bots.name, "100 bots"));
    const shown = await showAuditEntries(db, (await listAudit(db, { limit: 10 })).items);
    expect(shown.map(({ target }) => target && [target.name, target.exists])).toEqual([
      null,
      ["100 bots", false],
      ["100% bot", true],
    ]);
  });

  test("of the environment win, and are changed there", async () => {
    const { admin, parts } = await scene({
      LARKSPUR_SMTP_URL: "smtps://u:p@mail.test",
      LARKSPUR_MAIL_FROM: "Larkspur <bots@mail.test>",
    });
    expect((await showInstallation(parts)).mail).toMatchObject({
      source: "environment",
      server: "smtps://u:***@mail.test",
    });
    const refused = await changeSettings(parts, admin, { mail: null }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: "conflict" });
  });
});

test("a mail server is checked when it is entered and at the start", () => {
  const url = (text: string) => settingsChangeSchema.safeParse({ mail: { url: text, from: "a@b.example" } }).success;
  expect(url("smtp://mail.example.com")).toBe(true);
  expect(url("smtps://user:p%40ss@[::1]:2465")).toBe(true);
  for (const bad of ["mail.example.com", "http://mail.example.com", "smtp://x.example/path", "smtp://"]) {
    expect(url(bad), bad).toBe(false);
  }
  const start = (variables: Record<string, string>) => () => readEnvironment(variables);
  expect(start({ LARKSPUR_SMTP_URL: "smtp://mail.example.com" })).toThrow(StartupError);
  expect(start({ LARKSPUR_SMTP_URL: "mail", LARKSPUR_MAIL_FROM: "a@b.example" })).toThrow(/LARKSPUR_SMTP_URL/);
  expect(start({ LARKSPUR_SMTP_URL: "smtp://m.example", LARKSPUR_MAIL_FROM: "nobody" })).toThrow(/LARKSPUR_MAIL_FROM/);
});
