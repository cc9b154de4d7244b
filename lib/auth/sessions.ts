// Sessions of signed-in browsers: a row in the database, and a cookie that names it.
import { randomUUID } from "node:crypto";
import { and, desc, eq, getTableColumns, gt, ne, notInArray, sql } from "drizzle-orm";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import type { AuthContext, Right } from "@/lib/auth/context";
import { isEncryptedRequest } from "@/lib/auth/same-origin";
import type { Session } from "@/lib/auth/schemas";
import { recordAudit } from "@/lib/db/audit";
import { type SessionRow, sessions } from "@/lib/db/auth-tables";
import type { Database, Transaction } from "@/lib/db/client";
import { type UserRow, users } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

const COOKIE = "larkspur.session";
// Browsers take a cookie with this prefix only over https and from this very host, and never let http replace it.
const SECURE_COOKIE = `__Host-${COOKIE}`;

export const SESSION_SECONDS = 30 * 24 * 60 * 60;
const SEEN_STEP_MS = 5 * 60_000;
/** For so long after signing in, what gives rights away needs no password. */
const CONFIRMED_MS = 30 * 60_000;
const MOST_OF_ONE_PERSON = 50;
const LONGEST_USER_AGENT = 500;

export const sessionCookie = (isSecure: boolean) => ({
  name: isSecure ? SECURE_COOKIE : COOKIE,
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: isSecure },
});

const payloadSchema = z.object({ sub: z.string(), sid: z.string() });

export const sessionPayload = ({ userId, id }: Pick<SessionRow, "id" | "userId">) => ({ sub: userId, sid: id });

type Visitor = { address: string; userAgent: string };

/** The session of somebody who has just shown who they are. It takes the place of the one that the browser had. */
export async function startSession(
  db: Database,
  userId: string,
  { address, userAgent }: Visitor,
  replaced?: SessionRow,
): Promise<SessionRow> {
  return db.transaction(async (tx) => {
    if (replaced) await tx.delete(sessions).where(eq(sessions.id, replaced.id));
    const [row] = await tx
      .insert(sessions)
      .values({ id: randomUUID(), userId, address, userAgent: userAgent.slice(0, LONGEST_USER_AGENT) })
      .returning();
    if (!row) throw new Error("the database returned no row for a new session");
    const newest = tx
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.userId, userId))
      .orderBy(desc(sessions.lastSeenAt))
      .limit(MOST_OF_ONE_PERSON);
    await tx.delete(sessions).where(and(eq(sessions.userId, userId), notInArray(sessions.id, newest)));
    return row;
  });
}

type Cookies = { get(name: string): { value: string } | undefined };

export type SignedIn = { user: UserRow; session: SessionRow };

/** Null without a session, and for one that has ended, by whatever way. `headers` tell by which cookie. */
export async function readSession(
  context: Pick<AuthContext, "db" | "env" | "logger" | "sessionSecret">,
  { cookies, headers }: { cookies: Cookies; headers: Headers },
): Promise<SignedIn | null> {
  const token = cookies.get(isEncryptedRequest(headers, context.env.publicUrl) ? SECURE_COOKIE : COOKIE)?.value;
  if (!token) return null;
  // Whatever is wrong with a cookie, it is no session.
  const payload = await decode({ token, secret: context.sessionSecret }).catch(() => null);
  const found = await findSession(context.db, payload);
  if (found && Date.now() - found.session.lastSeenAt.getTime() > SEEN_STEP_MS) {
    touch(context.db, found.session.id).catch((err: unknown) =>
      context.logger.warn({ err }, "a session's use was not noted"),
    );
  }
  return found;
}

/** The session that a cookie's content names. */
export async function findSession(db: Database, payload: unknown): Promise<SignedIn | null> {
  const named = payloadSchema.safeParse(payload);
  if (!named.success) return null;
  const { sub, sid } = named.data;
  const [found] = await db
    .select({ user: getTableColumns(users), session: getTableColumns(sessions) })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sid), eq(sessions.userId, sub), isAlive));
  return found ?? null;
}

const isAlive = gt(sessions.lastSeenAt, sql.raw(`now() - interval '${SESSION_SECONDS} seconds'`));

async function touch(db: Database, id: string): Promise<void> {
  await db.update(sessions).set({ lastSeenAt: sql`now()` }).where(eq(sessions.id, id));
}

/** Throws `unauthenticated`, asking for the password, where it was last entered too long ago. */
export function requireRecentPassword({ session }: Right): void {
  if (!session || Date.now() - session.createdAt.getTime() < CONFIRMED_MS) return;
  throw new AppError("unauthenticated", "auth.confirmPassword", { needs: "password" });
}

/** Latest use first. `currentId`: the caller's own. */
export async function listSessions(db: Database, viewer: Viewer, currentId: string | undefined): Promise<Session[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, viewer.userId), isAlive))
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id));
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    address: row.address,
    userAgent: row.userAgent,
    current: row.id === currentId,
  }));
}

/** One of the person's own: to others there is none. */
export async function endSession({ db, bus }: Ending, viewer: Viewer, sessionId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = sessionId.includes("\0")
      ? []
      : await tx
          .delete(sessions)
          .where(and(eq(sessions.id, sessionId), eq(sessions.userId, viewer.userId)))
          .returning();
    if (!row) throw notFound("session");
    await recordAudit(tx, viewer, {
      action: "session.ended",
      target: { id: viewer.userId, name: viewer.name },
      detail: { address: row.address },
    });
  });
  bus.publish({ topic: "session", userId: viewer.userId });
}

type Ending = Pick<AuthContext, "db" | "bus">;

/** All of a person's but one. Whoever publishes the news does it once the transaction stands. */
export async function endSessionsOf(tx: Transaction, userId: string, butId?: string): Promise<void> {
  await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), butId === undefined ? undefined : ne(sessions.id, butId)));
}

/** Signs the person out everywhere but here. */
export async function endOtherSessions({ db, bus }: Ending, viewer: Viewer, currentId?: string): Promise<void> {
  await db.transaction(async (tx) => {
    await endSessionsOf(tx, viewer.userId, currentId);
    await recordAudit(tx, viewer, { action: "sessions.ended", target: { id: viewer.userId, name: viewer.name } });
  });
  bus.publish({ topic: "session", userId: viewer.userId });
}
