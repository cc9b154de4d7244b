import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { announcement, prepareInstallation, setUp, setUpState } from "@/lib/auth/installation";
import { verifyPassword } from "@/lib/auth/passwords";
import { createToken, deleteToken, findToken } from "@/lib/auth/tokens";
import { createUser, deleteUser, updateUser } from "@/lib/auth/user-changes";
import { requireUser, viewerOf } from "@/lib/auth/users";
import type { Database } from "@/lib/db/client";
import { apiTokens, auditLog, settings, type UserRow, users } from "@/lib/db/schema";
import { StartupError } from "@/lib/errors";
import { createSealer } from "@/lib/sealing";
import { authContext } from "@/tests/support/auth";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";

const sealer = createSealer("the master key of the tests, a long one");
const admin = { email: "Root@Example.com", password: "a long password" };
const apiToken = "a bootstrap token of at least 32 characters";
const ann = { email: "ann@example.com", name: "Ann", password: "a long password" };

type Env = Parameters<typeof prepareInstallation>[0]["env"];
const start = (db: Database, env: Partial<Env> = {}) =>
  prepareInstallation({ db, sealer, env: { admin: undefined, apiToken: undefined, ...env } });

async function linkToken(db: Database): Promise<string> {
  const [line = ""] = await announcement({ db }, "http://larkspur.test");
  return /http:\/\/larkspur\.test\/setup\?token=([\w-]{43})$/.exec(line)?.[1] ?? "";
}

async function onlyUser(db: Database): Promise<UserRow> {
  const rows = await db.select().from(users);
  expect(rows).toHaveLength(1);
  return rows[0] as UserRow;
}

describeOnDatabases("installation", (kind) => {
  test("is refused another key than the one that the database was set up with", async () => {
    const { db } = await freshDatabase(kind);
    await start(db);
    await start(db);
    const env = { admin, apiToken: undefined };
    await expect(prepareInstallation({ db, sealer: createSealer("another key"), env })).rejects.toThrow(StartupError);
    await expect(prepareInstallation({ db, sealer: createSealer("another key"), env })).rejects.toThrow(
      /LARKSPUR_SECRET/,
    );
    expect(await db.select().from(users)).toEqual([]);
  });

  test("makes the administrator of the environment once, and never writes over anybody", async () => {
    const { db } = await freshDatabase(kind);
    await start(db, { admin });
    const root = await onlyUser(db);
    expect(root).toMatchObject({ email: "root@example.com", name: "root", role: "admin" });
    expect(await verifyPassword(root.passwordHash, admin.password)).toBe(true);
    await start(db, { admin: { email: "root@example.com", password: "another password" } });
    await start(db, { admin: { email: "other@example.com", password: "another password" } });
    expect(await onlyUser(db)).toEqual(root);
    expect(await announcement({ db }, "http://larkspur.test")).toEqual([]);
  });

  test("makes one administrator when replicas start together", async () => {
    const { db } = await freshDatabase(kind);
    await Promise.all(Array.from({ length: 4 }, () => start(db, { admin, apiToken })));
    await onlyUser(db);
    expect(await db.select().from(apiTokens)).toHaveLength(1);
  });

  test("keeps the token of the environment over restarts, replaces it when it changes, and drops it with the variable", async () => {
    const { db } = await freshDatabase(kind);
    const context = authContext(db);
    await start(db, { admin, apiToken });
    const root = viewerOf(await onlyUser(db));
    expect(await findToken(context, apiToken)).toMatchObject({ viewer: root, token: { access: "full" } });
    const [first] = await db.select().from(apiTokens);
    await start(db, { apiToken });
    expect((await db.select().from(apiTokens))[0]?.createdAt).toEqual(first?.createdAt);

    const changed = `${apiToken}, changed`;
    await start(db, { apiToken: changed });
    expect(await findToken(context, apiToken)).toBeNull();
    expect(await findToken(context, changed)).toMatchObject({ viewer: root, token: { access: "full" } });

    await start(db);
    expect(await findToken(context, changed)).toBeNull();
    expect(await db.select().from(apiTokens)).toEqual([]);
  });

  test("gives the token of the environment back after it was withdrawn, and takes over one made by hand", async () => {
    const { db } = await freshDatabase(kind);
    await start(db, { admin, apiToken });
    const root = viewerOf(await onlyUser(db));
    await deleteToken(db, root, "bootstrap");
    await start(db, { apiToken });
    expect(await findToken(authContext(db), apiToken)).toMatchObject({ viewer: root, token: { access: "full" } });
    const { token } = await createToken(db, root, { name: "by hand" });
    await start(db, { apiToken: token });
    expect(await findToken(authContext(db), token)).toMatchObject({ viewer: root, token: { access: "full" } });
    expect(await db.select().from(apiTokens)).toHaveLength(1);
  });

  test("passes the token of the environment on when its administrator is one no longer", async () => {
    const { db } = await freshDatabase(kind);
    await start(db, { admin, apiToken });
    const root = viewerOf(await onlyUser(db));
    const second = viewerOf(await createUser(db, root, { ...ann, role: "admin" }));
    await updateUser(authContext(db), second, root.userId, { role: "member" });
    await start(db, { apiToken });
    expect(await findToken(authContext(db), apiToken)).toMatchObject({ viewer: second, token: { access: "full" } });
    await deleteUser(authContext(db), second, root.userId);
    expect(await findToken(authContext(db), apiToken)).toMatchObject({ viewer: second, token: { access: "full" } });
  });

  test("is refused a token of the environment that would belong to nobody", async () => {
    const { db } = await freshDatabase(kind);
    await expect(start(db, { apiToken })).rejects.toThrow(/LARKSPUR_ADMIN_EMAIL/);
    expect(await db.select().from(apiTokens)).toEqual([]);
  });
});

describeOnDatabases("set-up", (kind) => {
  test("makes the first administrator with the printed link, once", async () => {
    const { db } = await freshDatabase(kind);
    const token = await linkToken(db);
    expect(await setUpState({ db }, token)).toBe("open");
    expect(JSON.stringify(await db.select().from(settings))).not.toContain(token);
    const user = await setUp({ db }, { token, ...ann });
    expect(user).toMatchObject({ email: ann.email, name: "Ann", role: "admin" });
    expect(await requireUser(db, user.id)).toEqual(user);
    expect(await db.select().from(auditLog)).toMatchObject([{ action: "installation.setUp", actorName: "Ann" }]);
    expect(await setUpState({ db }, token)).toBe("done");
    await expect(setUp({ db }, { token, ...ann, email: "bo@example.com" })).rejects.toMatchObject({ code: "conflict" });
    expect(await announcement({ db }, "http://larkspur.test")).toEqual([]);
    expect(await db.select().from(settings).where(eq(settings.key, "installation/setup-links"))).toEqual([]);
  });

  test("takes any link that was printed while there is no account, and no other", async () => {
    const { db } = await freshDatabase(kind);
    const tokens = await Promise.all([linkToken(db), linkToken(db)]);
    for (const token of [...tokens, await linkToken(db)]) expect(await setUpState({ db }, token)).toBe("open");
    for (const token of [undefined, "", "x".repeat(43)]) expect(await setUpState({ db }, token)).toBe("badToken");
    await expect(setUp({ db }, { token: "x".repeat(43), ...ann })).rejects.toMatchObject({ code: "forbidden" });
    expect(await db.select().from(users)).toEqual([]);
    await setUp({ db }, { token: tokens[0], ...ann });
    expect(await setUpState({ db }, tokens[1])).toBe("done");
  });

  test("lets one win when several race", async () => {
    const { db } = await freshDatabase(kind);
    const token = await linkToken(db);
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map((n) => setUp({ db }, { ...ann, token, email: `person-${n}@example.com` })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
    await onlyUser(db);
    expect(await db.select().from(auditLog)).toHaveLength(1);
  });

  test("is over when the environment brings an administrator", async () => {
    const { db } = await freshDatabase(kind);
    const token = await linkToken(db);
    await start(db, { admin });
    expect(await setUpState({ db }, token)).toBe("done");
    await expect(setUp({ db }, { token, ...ann })).rejects.toMatchObject({ code: "conflict" });
  });
});
