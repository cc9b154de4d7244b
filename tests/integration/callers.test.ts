import { asc, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { requireCaller } from "@/lib/auth/callers";
import { createToken, deleteToken, listTokens, showToken } from "@/lib/auth/tokens";
import { deleteUser, updateUser } from "@/lib/auth/user-changes";
import { requireUser } from "@/lib/auth/users";
import { apiTokens, auditLog } from "@/lib/db/schema";
import { authContext, requestOf, sessionCookieOf } from "@/tests/support/auth";
import { type DatabaseKind, describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const unauthenticated = (textKey: string) => expect.objectContaining({ code: "unauthenticated", textKey });
const forbidden = (textKey: string) => expect.objectContaining({ code: "forbidden", textKey });
const notFound = expect.objectContaining({ code: "not_found" });

async function scene(kind: DatabaseKind) {
  const { db } = await freshDatabase(kind);
  const root = await addPerson(db, "Root", "admin");
  const ann = await addPerson(db, "Ann");
  const bo = await addPerson(db, "Bo");
  return { db, root, ann, bo, context: authContext(db) };
}

describeOnDatabases("API tokens", (kind) => {
  test("stand for their owner, are kept as a hash, and are shown once", async () => {
    const { db, ann, context } = await scene(kind);
    const { row, token } = await createToken(db, ann, { name: "CI" });
    expect(token).toMatch(/^lks_[\w-]{43}$/);
    expect(await requireCaller(context, requestOf({ bearer: token }))).toEqual(ann);
    expect(await requireCaller(context, requestOf({ authorization: `bearer  ${token}`, method: "POST" }))).toEqual(ann);
    const stored = JSON.stringify([await db.select().from(apiTokens), await db.select().from(auditLog)]);
    expect(stored).not.toContain(token);
    const [listed] = (await listTokens(db, ann, { limit: 10 })).items.map(showToken);
    expect(listed).toMatchObject({
      id: row.id,
      name: "CI",
      hint: token.slice(-4),
      owner: { id: ann.userId, name: "Ann" },
    });
    expect(JSON.stringify(listed)).not.toContain(row.hash);
  });

  test("are refused when unknown, empty, expired or withdrawn, even where a session exists", async () => {
    const { db, ann, context } = await scene(kind);
    const cookie = await sessionCookieOf(context, await requireUser(db, ann.userId));
    const expired = await createToken(db, ann, { name: "old", expiresAt: "2999-01-01T00:00:00+08:00" });
    expect(await requireCaller(context, requestOf({ bearer: expired.token }))).toEqual(ann);
    await db.update(apiTokens).set({ expiresAt: new Date(Date.now() - 1_000) });
    const withdrawn = await createToken(db, ann, { name: "gone" });
    await deleteToken(db, ann, withdrawn.row.id);
    for (const bearer of ["", "lks_unknown", expired.token, withdrawn.token, expired.row.hash]) {
      await expect(requireCaller(context, requestOf({ bearer, cookie }))).rejects.toEqual(
        unauthenticated("invalidToken"),
      );
    }
    await expect(requireCaller(context, requestOf({ authorization: "Bearer", cookie }))).rejects.toEqual(
      unauthenticated("invalidToken"),
    );
  });

  test("note when they were last used, at most once a minute", async () => {
    const { db, ann, context } = await scene(kind);
    const { token, row } = await createToken(db, ann, { name: "CI" });
    const lastUsedAt = async () => (await db.select().from(apiTokens).where(eq(apiTokens.id, row.id)))[0]?.lastUsedAt;
    await requireCaller(context, requestOf({ bearer: token }));
    const first = await waitFor(lastUsedAt, "the use to be noted");
    await requireCaller(context, requestOf({ bearer: token }));
    // Whatever that use might have written comes before this in the same database.
    await db.update(apiTokens).set({ name: "CI 2" });
    expect(await lastUsedAt()).toEqual(first);
    const longAgo = new Date(Date.now() - 61_000);
    await db.update(apiTokens).set({ lastUsedAt: longAgo });
    await requireCaller(context, requestOf({ bearer: token }));
    await waitFor(async () => ((await lastUsedAt()) ?? longAgo) > longAgo, "the later use to be noted");
  });

  test("of others are neither listed nor withdrawn by members; administrators see all, or their own", async () => {
    const { db, root, ann, bo } = await scene(kind);
    const { row } = await createToken(db, ann, { name: "of Ann" });
    await createToken(db, root, { name: "of Root" });
    const names = async (...args: Parameters<typeof listTokens>) =>
      (await listTokens(...args)).items.map((t) => t.name);
    expect(await names(db, bo, { limit: 10 })).toEqual([]);
    expect(await names(db, bo, { limit: 10, ownerId: ann.userId })).toEqual([]);
    expect((await names(db, root, { limit: 10 })).toSorted()).toEqual(["of Ann", "of Root"]);
    expect(await names(db, root, { limit: 10, ownerId: root.userId })).toEqual(["of Root"]);
    await expect(deleteToken(db, bo, row.id)).rejects.toEqual(notFound);
    expect(await names(db, ann, { limit: 10 })).toEqual(["of Ann"]);
    await deleteToken(db, root, row.id);
    expect(await names(db, ann, { limit: 10 })).toEqual([]);
  });

  test("that may only read change nothing", async () => {
    const { db, ann, context } = await scene(kind);
    const cookie = await sessionCookieOf(context, await requireUser(db, ann.userId));
    const { token } = await createToken(db, ann, { name: "Prometheus", access: "read" });
    for (const method of ["GET", "HEAD"]) {
      expect(await requireCaller(context, requestOf({ bearer: token, method }))).toEqual(ann);
    }
    for (const method of ["POST", "PATCH", "PUT", "DELETE"]) {
      const request = requestOf({ bearer: token, method, cookie, origin: "http://larkspur.test" });
      await expect(requireCaller(context, request)).rejects.toEqual(forbidden("readingToken"));
    }
    const [listed] = (await listTokens(db, ann, { limit: 10 })).items.map(showToken);
    expect(listed).toMatchObject({ name: "Prometheus", access: "read" });
    const [entry] = await db.select().from(auditLog);
    expect(entry).toMatchObject({ action: "token.created", detail: { access: "read" } });
  });

  test("for somebody else are an administrator's to make", async () => {
    const { db, root, ann, bo, context } = await scene(kind);
    const { token } = await createToken(db, root, { name: "for Ann", userId: ann.userId });
    expect(await requireCaller(context, requestOf({ bearer: token }))).toEqual(ann);
    await expect(createToken(db, bo, { name: "x", userId: ann.userId })).rejects.toEqual(forbidden("adminOnly"));
    await expect(createToken(db, root, { name: "x", userId: "nobody" })).rejects.toEqual(notFound);
    await expect(createToken(db, ann, { name: "x", expiresAt: "2020-01-01T00:00:00Z" })).rejects.toEqual(
      expect.objectContaining({ code: "invalid_input", fields: [expect.objectContaining({ path: "expiresAt" })] }),
    );
  });

  test("are listed newest first, page by page", async () => {
    const { db, ann } = await scene(kind);
    for (const [index, name] of ["1", "2", "3", "4", "5"].entries()) {
      const { row } = await createToken(db, ann, { name });
      // Two of them at the very same time: the cursor must tell them apart.
      await db
        .update(apiTokens)
        .set({ createdAt: new Date(1e12 + Math.floor(index / 2)) })
        .where(eq(apiTokens.id, row.id));
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTokens(db, ann, { limit: 1, cursor });
      seen.push(...page.items.map((row) => row.name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(5);
    expect(seen[0]).toBe("5");
    expect(new Set(seen.slice(1, 3))).toEqual(new Set(["3", "4"]));
    expect(new Set(seen.slice(3))).toEqual(new Set(["1", "2"]));
  });

  test("leave an audit row with each change, and none of either without the other", async () => {
    const { db, ann } = await scene(kind);
    const { row } = await createToken(db, ann, { name: "CI" });
    await db.execute(sql`alter table audit_log add constraint closed check (false) not valid`);
    await expect(createToken(db, ann, { name: "second" })).rejects.toThrow();
    await expect(deleteToken(db, ann, row.id)).rejects.toThrow();
    expect((await listTokens(db, ann, { limit: 10 })).items.map((token) => token.name)).toEqual(["CI"]);
    await db.execute(sql`alter table audit_log drop constraint closed`);
    await deleteToken(db, ann, row.id);
    const entries = await db.select().from(auditLog).orderBy(asc(auditLog.id));
    expect(entries.map(({ action, targetName }) => `${action} ${targetName}`)).toEqual([
      "token.created CI",
      "token.deleted CI",
    ]);
  });
});

describeOnDatabases("sessions", (kind) => {
  const origin = "http://larkspur.test";

  async function signedIn() {
    const world = await scene(kind);
    const user = await requireUser(world.db, world.ann.userId);
    return { ...world, cookie: await sessionCookieOf(world.context, user), user };
  }

  test("stand for the person who signed in", async () => {
    const { context, ann, cookie } = await signedIn();
    expect(await requireCaller(context, requestOf({ cookie }))).toEqual(ann);
    // A proxy's own password is none of ours.
    expect(await requireCaller(context, requestOf({ cookie, authorization: "Basic YTpi" }))).toEqual(ann);
  });

  test("write only from our own pages", async () => {
    const { context, ann, cookie } = await signedIn();
    expect(await requireCaller(context, requestOf({ cookie, method: "POST", origin }))).toEqual(ann);
    for (const method of ["POST", "PATCH", "PUT", "DELETE"]) {
      for (const foreign of [undefined, "null", "http://evil.test", "http://larkspur.test:81"]) {
        const request = requestOf({ cookie, method, ...(foreign ? { origin: foreign } : {}) });
        await expect(requireCaller(context, request)).rejects.toMatchObject({
          code: "forbidden",
          textKey: foreign?.startsWith("http") ? "foreignHost" : "foreignOrigin",
        });
      }
    }
  });

  test("are refused without a cookie, or with one that is forged, of another key or too old", async () => {
    const { context, cookie, user } = await signedIn();
    const otherKey = await sessionCookieOf({ ...context, sessionSecret: "another secret" }, user);
    const tooOld = await sessionCookieOf(context, user, -60);
    for (const bad of ["", "larkspur.session=", "larkspur.session=nonsense", `${cookie}x`, otherKey, tooOld]) {
      await expect(requireCaller(context, requestOf({ cookie: bad, method: "POST" }))).rejects.toEqual(
        unauthenticated("unauthenticated"),
      );
    }
  });

  test("end at once with a new password and with the person", async () => {
    const { db, context, root, ann, cookie } = await signedIn();
    const changed = await updateUser(authContext(db), root, ann.userId, { password: "another password" });
    await expect(requireCaller(context, requestOf({ cookie }))).rejects.toEqual(unauthenticated("unauthenticated"));
    const again = await sessionCookieOf(context, changed);
    expect(await requireCaller(context, requestOf({ cookie: again }))).toEqual(ann);
    await updateUser(authContext(db), root, ann.userId, { role: "admin" });
    expect(await requireCaller(context, requestOf({ cookie: again }))).toMatchObject({ isAdmin: true });
    const { token } = await createToken(db, ann, { name: "CI" });
    await deleteUser(authContext(db), root, ann.userId);
    await expect(requireCaller(context, requestOf({ cookie: again }))).rejects.toEqual(
      unauthenticated("unauthenticated"),
    );
    await expect(requireCaller(context, requestOf({ bearer: token }))).rejects.toEqual(unauthenticated("invalidToken"));
  });
});
