import { asc, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { wayOf } from "@/lib/alerts/delivery";
import { listRules } from "@/lib/alerts/queries";
import { listAudit } from "@/lib/auth/audit-log";
import { signIn } from "@/lib/auth/sign-in";
import { createUser, deleteUser, updateAccount, updateUser } from "@/lib/auth/user-changes";
import { getUser, listUsers, requireUser, viewerOf } from "@/lib/auth/users";
import { alertRules } from "@/lib/db/alert-tables";
import type { Database } from "@/lib/db/client";
import { auditLog, bots, models, users } from "@/lib/db/schema";
import { createModel } from "@/lib/models/changes";
import { openModel } from "@/lib/models/credentials";
import { requireModel } from "@/lib/models/queries";
import { listOutward } from "@/lib/outward";
import { addRule } from "@/tests/support/alerts";
import { authContext, failTimes } from "@/tests/support/auth";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const input = (name: string, role: "admin" | "member" = "member") => ({
  email: `${name.toLowerCase()}@example.com`,
  name,
  password: "a long password",
  role,
});

const actionsOf = async (db: Database) =>
  (await db.select().from(auditLog).orderBy(asc(auditLog.id))).map(
    (row) => `${row.actorName}: ${row.action} ${row.targetName}`,
  );

const refusal = (textKey: string, code = "conflict") => expect.objectContaining({ code, textKey });

describeOnDatabases("people", (kind) => {
  test("are added with a hashed password, and the audit log tells who did it", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await createUser(db, root, input("Ann"));
    expect(ann).toMatchObject({ email: "ann@example.com", role: "member" });
    expect(ann.passwordHash).toMatch(/^\$scrypt\$/);
    expect(await actionsOf(db)).toEqual(["Root: user.created Ann"]);
    expect(JSON.stringify(await listAudit(db, { limit: 10 }))).not.toContain("a long password");
  });

  test("have an e-mail address that nobody else has, whatever its letter case", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await createUser(db, root, input("Ann"));
    const bo = await createUser(db, root, input("Bo"));
    await expect(createUser(db, root, { ...input("Ann"), email: "ANN@example.com" })).rejects.toEqual(
      refusal("auth.emailTaken"),
    );
    await expect(updateUser(authContext(db), root, bo.id, { email: ann.email })).rejects.toEqual(
      refusal("auth.emailTaken"),
    );
    expect((await getUser(db, bo.id))?.email).toBe("bo@example.com");
    expect(await actionsOf(db)).toHaveLength(2);
  });

  test("keep what a change leaves out", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await createUser(db, root, input("Ann"));
    const renamed = await updateUser(authContext(db), root, ann.id, { name: "Anna" });
    expect(renamed).toMatchObject({
      name: "Anna",
      email: ann.email,
      passwordHash: ann.passwordHash,
    });
    const changed = await updateUser(authContext(db), root, ann.id, { password: "another password" });
    expect(changed.passwordHash).not.toBe(ann.passwordHash);
    await updateUser(authContext(db), root, ann.id, { name: "Anna", email: ann.email, role: ann.role });
    const rows = await db.select().from(auditLog).where(eq(auditLog.action, "user.updated")).orderBy(auditLog.id);
    expect(rows.map(({ detail }) => detail)).toEqual([{ fields: ["name"] }, { fields: ["password"] }]);
    await expect(updateUser(authContext(db), root, "nobody", { name: "X" })).rejects.toEqual(
      refusal("notFound.user", "not_found"),
    );
  });

  test("always include an administrator", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    await expect(updateUser(authContext(db), root, root.userId, { role: "member" })).rejects.toEqual(
      refusal("auth.lastAdmin"),
    );
    const second = viewerOf(await createUser(db, root, input("Second", "admin")));
    // Each would leave the other as the last one.
    const results = await Promise.allSettled([
      updateUser(authContext(db), root, second.userId, { role: "member" }),
      updateUser(authContext(db), second, root.userId, { role: "member" }),
    ]);
    expect(results.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await db.select().from(users).where(eq(users.role, "admin"))).length).toBe(1);
  });

  test("are not deleted by themselves, as the last administrator, or while they own bots", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await createUser(db, root, input("Ann"));
    await expect(deleteUser(authContext(db), root, root.userId)).rejects.toEqual(refusal("auth.deleteYourself"));
    await expect(deleteUser(authContext(db), viewerOf(ann), root.userId)).rejects.toEqual(refusal("auth.lastAdmin"));
    await addBot(db, viewerOf(ann));
    await expect(deleteUser(authContext(db), root, ann.id)).rejects.toEqual(
      expect.objectContaining({
        code: "conflict",
        message: "Ann still owns 1 bot. Transfer them to an administrator, or delete them first.",
      }),
    );
    const bo = await createUser(db, root, input("Bo"));
    await deleteUser(authContext(db), root, bo.id);
    expect(await getUser(db, bo.id)).toBeNull();
    expect((await actionsOf(db)).at(-1)).toBe("Root: user.deleted Bo");
    await expect(deleteUser(authContext(db), root, bo.id)).rejects.toEqual(refusal("notFound.user", "not_found"));
  });

  // Whoever left could only be removed after all of their bots were deleted.
  test("leave their bots, models and alerts to an administrator, with what these reach", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await addPerson(db, "Ann");
    const bo = await addPerson(db, "Bo");
    const reply = { kind: "http" as const, url: "https://answers.example/x", timeoutSeconds: 5 };
    const botId = await addBot(db, ann, { reply });
    const modelId = await createModel({ db, sealer: testSealer }, ann, {
      name: "Clever",
      baseUrl: "https://models.example/v1",
      model: "clever",
    });
    const target = "https://hook.example/";
    const kept = await addRule(db, ann, { target, botId });
    await addRule(db, ann, { target });
    expect(await listOutward({ db, sealer: testSealer }, ann.userId)).toEqual([
      { kind: "service", name: "A bot", address: "answers.example", mayReachInside: false },
      { kind: "model", name: "Clever", address: "models.example", mayReachInside: false },
      { kind: "alert", name: expect.any(String), address: "hook.example", mayReachInside: false },
    ]);

    await expect(deleteUser(authContext(db), root, ann.userId, bo.userId)).rejects.toEqual(refusal("auth.heirNoAdmin"));
    expect((await db.select().from(bots)).map(({ ownerId }) => ownerId)).toEqual([ann.userId]);
    await deleteUser(authContext(db), root, ann.userId, root.userId);
    expect(await db.select({ id: bots.id, ownerId: bots.ownerId }).from(bots)).toEqual([
      { id: botId, ownerId: root.userId },
    ]);
    expect(await db.select({ id: models.id, ownerId: models.ownerId }).from(models)).toEqual([
      { id: modelId, ownerId: root.userId },
    ]);
    // For all of her bots, it would have told of everybody's.
    expect(await db.select({ id: alertRules.id, ownerId: alertRules.ownerId }).from(alertRules)).toEqual([
      { id: kept, ownerId: root.userId },
    ]);
    // What a member had entered reaches no further for an administrator.
    const inherited = await listOutward({ db, sealer: testSealer }, root.userId);
    expect(inherited.map(({ mayReachInside }) => mayReachInside)).toEqual([false, false, false]);
    const [rule] = (await listRules(db, root, { limit: 1 })).items;
    expect(rule && wayOf(testSealer, rule).allowPrivate).toBe(false);
    expect(openModel(testSealer, await requireModel(db, root, modelId)).allowPrivate).toBe(false);
    expect((await listAudit(db, { limit: 1 })).items[0]).toMatchObject({
      action: "user.deleted",
      detail: { heir: "Root" },
    });
  });

  test("leave no change behind when its audit row cannot be written", async () => {
    const { db } = await freshDatabase(kind);
    const root = await addPerson(db, "Root", "admin");
    const ann = await createUser(db, root, input("Ann"));
    await db.execute("alter table audit_log add constraint closed check (action = 'user.created') not valid");
    await expect(updateUser(authContext(db), root, ann.id, { name: "Anna" })).rejects.toThrow();
    await expect(deleteUser(authContext(db), root, ann.id)).rejects.toThrow();
    expect(await requireUser(db, ann.id)).toEqual(ann);
  });

  test("are listed page by page, oldest first", async () => {
    const { db } = await freshDatabase(kind);
    for (const name of ["A", "B", "C", "D", "E"]) await addPerson(db, name);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listUsers(db, { limit: 2, cursor });
      seen.push(...page.items.map((row) => row.name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.toSorted()).toEqual(["A", "B", "C", "D", "E"]);
    await expect(listUsers(db, { limit: 2, cursor: "nonsense" })).rejects.toEqual(
      refusal("badCursor", "invalid_input"),
    );
  });

  test("change their own password only with the old one, by whatever address, and guessing it is slowed down", async () => {
    const { db } = await freshDatabase(kind);
    const ann = viewerOf(await createUser(db, await addPerson(db, "Root", "admin"), input("Ann", "admin")));
    const context = authContext(db);
    const change = (currentPassword?: string) =>
      updateAccount(context, ann, { name: "Anna", password: "another password", currentPassword });
    await expect(change("a wrong password")).rejects.toEqual(refusal("auth.wrongPassword", "forbidden"));
    await expect(updateUser(context, ann, ann.userId, { password: "another password" })).rejects.toEqual(
      refusal("auth.currentPasswordNeeded", "invalid_input"),
    );
    await expect(
      updateUser(context, ann, ann.userId, { password: "another password", currentPassword: "guess" }),
    ).rejects.toEqual(refusal("auth.wrongPassword", "forbidden"));
    expect((await requireUser(db, ann.userId)).name).toBe("Ann");
    expect((await change("a long password")).name).toBe("Anna");
    await failTimes(db, `password ${ann.userId}`, 18);
    await expect(change("another password")).rejects.toEqual(refusal("tooManyRequests", "rate_limited"));
  });
});

describeOnDatabases("signing in", (kind) => {
  const credentials = { email: "ann@example.com", password: "a long password", address: "10.0.0.1" };

  async function setUp() {
    const { db } = await freshDatabase(kind);
    const ann = await createUser(db, await addPerson(db, "Root", "admin"), input("Ann"));
    return { db, ann, context: authContext(db) };
  }

  test("takes the address in any letter case, and is written down", async () => {
    const { db, ann, context } = await setUp();
    expect(await signIn(context, { ...credentials, email: " Ann@Example.COM " })).toEqual(ann);
    expect((await actionsOf(db)).at(-1)).toBe("Ann: session.started Ann");
  });

  test("refuses a wrong password and an unknown person alike, and writes failures down once a minute", async () => {
    const { db, context } = await setUp();
    const refusals = async () => (await actionsOf(db)).filter((action) => action.includes("session.refused"));
    expect(await signIn(context, { ...credentials, password: "a wrong password" })).toBeNull();
    await waitFor(async () => (await refusals()).length === 1, "the refusal to be written down");
    expect(await signIn(context, { ...credentials, password: "another wrong one" })).toBeNull();
    expect(await signIn(context, { ...credentials, email: "nobody@example.com" })).toBeNull();
    expect(await refusals()).toEqual(["Larkspur: session.refused Ann"]);
    // A minute later, as the log sees it.
    await db.execute("update audit_log set at = at - interval '61 seconds'");
    expect(await signIn(context, { ...credentials, password: "a third one" })).toBeNull();
    await waitFor(async () => (await refusals()).length === 2, "the later refusal to be written down");
  });
});
