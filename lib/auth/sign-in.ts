// Checks an e-mail address and a password, slowly enough that guessing does not pay.
import { and, eq, gt, sql } from "drizzle-orm";
import { networkOf } from "@/lib/address-ranges";
import type { AuthContext } from "@/lib/auth/context";
import { verifyPassword } from "@/lib/auth/passwords";
import { getUserByEmail, viewerOf } from "@/lib/auth/users";
import { recordAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/client";
import { auditLog, type UserRow } from "@/lib/db/schema";

// More than anybody has; what is longer is cut, so that it only fails.
const LONGEST_EMAIL = 320;
const LONGEST_PASSWORD = 1_024;

export type Credentials = {
  email: string;
  password: string;
  address: string;
  /** The id of the device where this person has signed in on it before. */
  knownDevice?(userId: string): string | undefined;
};

type SignInContext = Pick<AuthContext, "db" | "logger" | "failedAttempts">;

/**
 * Null for a wrong password and an unknown person, alike. Throws `rate_limited` after too many failures from an address:
 * no account is ever closed to everybody, and a device that is known to be its owner's has an allowance of its own.
 */
export async function signIn(context: SignInContext, credentials: Credentials): Promise<UserRow | null> {
  const email = credentials.email.trim().toLowerCase().slice(0, LONGEST_EMAIL);
  const user = await getUserByEmail(context.db, email);
  const device = user && credentials.knownDevice?.(user.id);
  const key = device ? `device ${device}` : `address ${networkOf(credentials.address)}`;
  const password = credentials.password.slice(0, LONGEST_PASSWORD);
  const isRight = await context.failedAttempts.guard(
    key,
    async () => (await verifyPassword(user?.passwordHash, password, key)) && user !== null,
    (fits) => !fits,
  );
  if (!user) return null;
  if (!isRight) {
    // Not waited for: the time of the answer would tell that the person exists.
    recordFailure(context.db, user, credentials.address).catch((err: unknown) => {
      context.logger.warn({ err }, "failed sign-in was not recorded");
    });
    return null;
  }
  await context.db.transaction((tx) =>
    recordAudit(tx, viewerOf(user), {
      action: "session.started",
      target: { id: user.id, name: user.name },
      detail: { address: credentials.address },
    }),
  );
  return user;
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
