// The session cookie: which one it is, and whom it stands for.
import { and, eq } from "drizzle-orm";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import type { AuthContext } from "@/lib/auth/context";
import type { Database } from "@/lib/db/client";
import { type UserRow, users } from "@/lib/db/schema";

const COOKIE = "larkspur.session";
// Browsers take a cookie with this prefix only over https, and never let http replace it.
const SECURE_COOKIE = `__Secure-${COOKIE}`;

export const SESSION_SECONDS = 30 * 24 * 60 * 60;

export const sessionCookie = (isSecure: boolean) => ({
  name: isSecure ? SECURE_COOKIE : COOKIE,
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: isSecure },
});

const payloadSchema = z.object({ sub: z.string(), version: z.int() });

export const sessionPayload = (user: UserRow) => ({ sub: user.id, version: user.sessionVersion });

type Cookies = { get(name: string): { value: string } | undefined };

/** Null without a session, and for one that has ended: a new password or the person's removal ends it at once. */
export async function readSession(
  context: Pick<AuthContext, "db" | "sessionSecret">,
  cookies: Cookies,
): Promise<UserRow | null> {
  const token = (cookies.get(SECURE_COOKIE) ?? cookies.get(COOKIE))?.value;
  if (!token) return null;
  // Whatever is wrong with a cookie, it is no session.
  const payload = await decode({ token, secret: context.sessionSecret }).catch(() => null);
  return userOfSession(context.db, payload);
}

export async function userOfSession(db: Database, payload: unknown): Promise<UserRow | null> {
  const session = payloadSchema.safeParse(payload);
  if (!session.success) return null;
  const { sub, version } = session.data;
  const [user] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, sub), eq(users.sessionVersion, version)));
  return user ?? null;
}
