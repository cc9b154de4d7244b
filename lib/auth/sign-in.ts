// Checks an e-mail address and a password, slowly enough that guessing does not pay.
import { and, eq, gt, sql } from "drizzle-orm";
import type { AuthContext } from "@/lib/auth/context";
import { verifyPassword } from "@/lib/auth/passwords";
import type { ThrottlePolicy } from "@/lib/auth/throttle";
import { getUserByEmail, viewerOf } from "@/lib/auth/users";
import { recordAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/client";
import { auditLog, type UserRow } from "@/lib/db/schema";

export const PAUSE_AFTER_FAILURES: ThrottlePolicy = { freeAttempts: 5, firstPauseMs: 10_000, longestPauseMs: 300_000 };

// An address is what a request says it is, so one account is protected from all of them together too: gently,
// because whoever guesses would otherwise keep its owner out.
const PAUSE_FOR_ACCOUNT: ThrottlePolicy = { freeAttempts: 50, firstPauseMs: 5_000, longestPauseMs: 30_000 };

// More than anybody has; what is longer is cut, so that it only fails.
const LONGEST_EMAIL = 320;
const LONGEST_PASSWORD = 1_024;

export type Credentials = { email: string; password: string; address: string };

/** Null for a wrong password and an unknown person, alike. Throws `rate_limited` after too many failures. */
export async function signIn(context: AuthContext, credentials: Credentials): Promise<UserRow | null> {
  const email = credentials.email.trim().toLowerCase().slice(0, LONGEST_EMAIL);
  const here = `${email} ${credentials.address}`;
  context.signInThrottle.attempt(here, PAUSE_AFTER_FAILURES);
  if (!context.signInThrottle.isTrusted(here)) context.signInThrottle.attempt(email, PAUSE_FOR_ACCOUNT);

  const user = await getUserByEmail(context.db, email);
  const password = credentials.password.slice(0, LONGEST_PASSWORD);
  const isRight = await verifyPassword(user?.passwordHash, password);
  if (!user) return null;
  if (!isRight) {
    // Not waited for: the time of the answer would tell that the person exists.
    recordFailure(context.db, user, credentials.address).catch((err: unknown) => {
      context.logger.warn({ err }, "failed sign-in was not recorded");
    });
    return null;
  }
  context.signInThrottle.succeeded(here);
  await context.db.transaction((tx) =>
    recordAudit(tx, viewerOf(user), {
      action: "session.started",
      target: { id: user.id, name: user.name },
      detail: { address: credentials.address },
    }),
  );
  return user;
}

/** Where a request comes from, as well as it can be known: the last entry is the one that the nearest proxy wrote. */
export function addressOf(headers: Headers): string {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return last?.slice(0, 64) || "unknown";
}

// Once a minute for each person: guessing must not fill the log.
async function recordFailure(db: Database, user: UserRow, address: string): Promise<void> {
  await db.transaction(async (tx) => {
    const action = "session.refused";
    const recent = await tx
      .select({ id: auditLog.id })
      .from(auditLog)
      .where(
        and(
          gt(auditLog.at, sql`now() - interval '1 minute'`),
          eq(auditLog.action, action),
          eq(auditLog.targetId, user.id),
        ),
      )
      .limit(1);
    if (recent.length > 0) return;
    await recordAudit(tx, null, { action, target: { id: user.id, name: user.name }, detail: { address } });
  });
}
