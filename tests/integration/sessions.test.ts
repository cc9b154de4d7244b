import { eq, sql } from "drizzle-orm";
import { encode } from "next-auth/jwt";
import { expect, test } from "vitest";
import { identifyCaller, requireCaller } from "@/lib/auth/callers";
import { endOtherSessions, endSession, listSessions, readSession, startSession } from "@/lib/auth/sessions";
import { createToken, deleteToken } from "@/lib/auth/tokens";
import { createUser, updateUser } from "@/lib/auth/user-changes";
import { requireUser } from "@/lib/auth/users";
import { sessions } from "@/lib/db/auth-tables";
import { apiTokens } from "@/lib/db/schema";
import { deleteOldSessions } from "@/lib/events/retention";
import { authContext, cheapHash, requestOf, sessionCookieOf } from "@/tests/support/auth";
import { type DatabaseKind, describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const refusal = (code: string, textKey: string) => expect.objectContaining({ code, textKey });
const nobody = refusal("unauthenticated", "unauthenticated");
const needsPassword = expect.objectContaining({ code: "unauthenticated", needs: "password" });

async function scene(kind: DatabaseKind) {
  const { db } = await freshDatabase(kind);
  const root = await addPerson(db, "Root", "admin");
  const ann = await addPerson(db, "Ann");
  const context = authContext(db);
  const cookie = await sessionCookieOf(context, await requireUser(db, ann.userId));
  return { db, root, ann, context, cookie };
}

describeOnDatabases("sessions", (kind) => {
  test("are listed for whom they belong to, and end one by one or all others at once", async () => {
    const { db, root, ann, context, cookie } = await scene(kind);
    const other = await startSession(db, ann.userId, { address: "10.0.0.2", userAgent: "x".repeat(900) });
    const { session: current } = await identifyCaller(context, requestOf({ cookie }));
    const listed = await listSessions(db, ann, current?.id);
    expect(listed.map(({ address, current: isCurrent }) => [address, isCurrent]).toSorted()).toEqual([
      ["10.0.0.1", true],
      ["10.0.0.2", false],
    ]);
    expect(listed.find(({ id }) => id === other.id)?.userAgent).toHaveLength(500);
    for (const [viewer, id] of [
      [root, other.id],
      [ann, "unknown"],
      [ann, "\0"],
    ] as const) {
      await expect(endSession(context, viewer, id)).rejects.toEqual(refusal("not_found", "notFound.session"));
    }
    await endOtherSessions(context, ann, current?.id);
    expect((await listSessions(db, ann, current?.id)).map(({ id }) => id)).toEqual([current?.id]);
    await endSession(context, ann, current?.id ?? "");
    await expect(requireCaller(context, requestOf({ cookie }))).rejects.toEqual(nobody);
  });

  test("of older versions, of other people and of over a month ago are none", async () => {
    const { db, ann, root, context, cookie } = await scene(kind);
    const [row] = await db.select().from(sessions);
    for (const token of [{ sub: ann.userId, version: 1 }, { sub: root.userId, sid: row?.id }, { sub: ann.userId }]) {
      const other = `larkspur.session=${await encode({ token, secret: context.sessionSecret })}`;
      await expect(requireCaller(context, requestOf({ cookie: other }))).rejects.toEqual(nobody);
    }
    await db.update(sessions).set({ lastSeenAt: sql`now() - interval '31 days'` });
    await expect(requireCaller(context, requestOf({ cookie }))).rejects.toEqual(nobody);
    await deleteOldSessions(db);
    expect(await db.select().from(sessions)).toEqual([]);
  });

  test("note when they were last used, at most every five minutes", async () => {
    const { db, context, cookie } = await scene(kind);
    const lastSeenAt = async () => (await db.select().from(sessions))[0]?.lastSeenAt.getTime() ?? 0;
    const first = await lastSeenAt();
    await requireCaller(context, requestOf({ cookie }));
    await db.update(sessions).set({ address: "10.0.0.9" });
    expect(await lastSeenAt()).toBe(first);
    await db.update(sessions).set({ lastSeenAt: sql`now() - interval '6 minutes'` });
    await requireCaller(context, requestOf({ cookie }));
    await waitFor(async () => (await lastSeenAt()) >= first, "the use to be noted");
  });

  test("take the place of the one that the browser had, and the oldest of very many goes", async () => {
    const { db, ann } = await scene(kind);
    const visitor = { address: "10.0.0.2", userAgent: "A browser" };
    const [before] = await db.select().from(sessions);
    const first = await startSession(db, ann.userId, visitor, before);
    expect((await db.select().from(sessions)).map(({ id }) => id)).toEqual([first.id]);
    await db.update(sessions).set({ lastSeenAt: sql`now() - interval '1 day'` });
    for (let i = 0; i < 50; i++) await startSession(db, ann.userId, visitor);
    const ids = (await db.select().from(sessions)).map(({ id }) => id);
    expect(ids).toHaveLength(50);
    expect(ids).not.toContain(first.id);
  });

  test("count over https by their own cookie only", async () => {
    const { context, cookie } = await scene(kind);
    const value = cookie.split("=")[1] ?? "";
    const read = (name: string, proto: string) =>
      readSession(context, {
        cookies: { get: (wanted) => (wanted === name ? { value } : undefined) },
        headers: new Headers({ host: "larkspur.test", "x-forwarded-proto": proto }),
      });
    expect(await read("__Host-larkspur.session", "https")).not.toBeNull();
    expect(await read("larkspur.session", "https")).toBeNull();
    expect(await read("larkspur.session", "http")).not.toBeNull();
    expect(await read("__Host-larkspur.session", "http")).toBeNull();
  });

  test("give rights away only a while after the password was entered", async () => {
    const { db, root, ann, context } = await scene(kind);
    const cookie = await sessionCookieOf(context, await requireUser(db, root.userId));
    const caller = () => identifyCaller(context, requestOf({ cookie }));
    const person = { email: "bo@example.com", name: "Bo", password: "a long password", role: "member" as const };
    await createToken(db, root, { name: "fresh" }, await caller());
    await db.update(sessions).set({ createdAt: sql`now() - interval '31 minutes'` });
    const old = await caller();
    await expect(createToken(db, root, { name: "late" }, old)).rejects.toEqual(needsPassword);
    await expect(createUser(db, root, person, old)).rejects.toEqual(needsPassword);
    for (const change of [{ role: "admin" as const }, { email: "x@example.com" }, { password: "another password" }]) {
      await expect(updateUser(context, root, ann.userId, change, old)).rejects.toEqual(needsPassword);
    }
    // What stays as it is gives nothing away.
    const { email } = await requireUser(db, ann.userId);
    await updateUser(context, root, ann.userId, { name: "Anna", role: "member", email }, old);
  });

  test("end with a new password, but for the one that it was changed in", async () => {
    const { db, ann, context, cookie } = await scene(kind);
    await db.execute(sql`update users set password_hash = ${cheapHash("old password")}`);
    const other = await sessionCookieOf(context, await requireUser(db, ann.userId));
    const kept = await createToken(db, ann, { name: "kept" });
    const caller = await identifyCaller(context, requestOf({ cookie }));
    const change = { password: "another password", currentPassword: "old password" };
    await updateUser(context, ann, ann.userId, change, caller);
    expect(await requireCaller(context, requestOf({ cookie }))).toEqual(ann);
    await expect(requireCaller(context, requestOf({ cookie: other }))).rejects.toEqual(nobody);
    expect(await requireCaller(context, requestOf({ bearer: kept.token }))).toEqual(ann);
    const again = { ...change, currentPassword: "another password", revokeTokens: true };
    await updateUser(context, ann, ann.userId, again, caller);
    expect(await db.select().from(apiTokens)).toEqual([]);
  });
});

describeOnDatabases("a token that a token makes", (kind) => {
  test("never outlives it, neither by its date nor once it is revoked", async () => {
    const { db, ann, context } = await scene(kind);
    const inAnHour = new Date(Date.now() + 3_600_000);
    const parent = await createToken(db, ann, { name: "parent", expiresAt: inAnHour.toISOString() });
    const by = await identifyCaller(context, requestOf({ bearer: parent.token }));
    const child = await createToken(db, ann, { name: "child" }, by);
    expect(child.row.expiresAt).toEqual(inAnHour);
    const sooner = new Date(Date.now() + 60_000);
    const short = await createToken(db, ann, { name: "short", expiresAt: sooner.toISOString() }, by);
    expect(short.row.expiresAt).toEqual(sooner);
    const later = new Date(inAnHour.getTime() + 1).toISOString();
    await expect(createToken(db, ann, { name: "later", expiresAt: later }, by)).rejects.toEqual(
      refusal("forbidden", "auth.outlivesToken"),
    );
    await deleteToken(db, ann, parent.row.id);
    expect(await db.select().from(apiTokens).where(eq(apiTokens.userId, ann.userId))).toEqual([]);
  });
});
