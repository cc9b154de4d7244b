// Creates, changes and deletes people; each change leaves its audit row in the same transaction.
import { randomUUID } from "node:crypto";
import { and, count, eq, isNotNull, sql } from "drizzle-orm";
import type { AuthContext } from "@/lib/auth/context";
import { hashPassword, verifyPassword } from "@/lib/auth/passwords";
import type { CreateUserInput, UpdateAccountInput, UpdateUserInput } from "@/lib/auth/schemas";
import { PAUSE_AFTER_FAILURES } from "@/lib/auth/sign-in";
import { requireUser } from "@/lib/auth/users";
import { alertRules } from "@/lib/db/alert-tables";
import { changedFields, recordAudit } from "@/lib/db/audit";
import { type Database, type Transaction, uniqueViolation } from "@/lib/db/client";
import { bots, models, type UserRow, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

// Any number that nothing else in the database locks.
const PEOPLE_LOCK = 1_818_325_611;

/** One transaction after the other, in all replicas: so that two cannot both make the first administrator, or remove the last. */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(PEOPLE_LOCK))})`);
}

export async function insertUser(
  tx: Transaction,
  input: Omit<CreateUserInput, "password"> & { passwordHash: string },
): Promise<UserRow> {
  const [row] = await tx
    .insert(users)
    .values({ id: randomUUID(), ...input })
    .returning();
  if (!row) throw new Error("the database returned no row for a new user");
  return row;
}

export async function createUser(db: Database, actor: Viewer, input: CreateUserInput): Promise<UserRow> {
  const { password, ...person } = input;
  const passwordHash = await hashPassword(password);
  return writing(person.email, () =>
    db.transaction(async (tx) => {
      const row = await insertUser(tx, { ...person, passwordHash });
      await recordAudit(tx, actor, {
        action: "user.created",
        target: { id: row.id, name: row.name },
        detail: { email: row.email, role: row.role },
      });
      return row;
    }),
  );
}

/** What is left out keeps its value. A new password signs the person out everywhere. */
export async function updateUser(
  db: Database,
  actor: Viewer,
  userId: string,
  input: UpdateUserInput,
): Promise<UserRow> {
  const { password, ...change } = input;
  await requireUser(db, userId);
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return writing(input.email ?? "", () =>
    db.transaction(async (tx) => {
      await lockPeople(tx);
      const before = await requireUser(tx, userId);
      if (before.role === "admin" && input.role === "member") await requireAnotherAdmin(tx);
      const [row] = await tx
        .update(users)
        .set({
          ...change,
          ...(passwordHash ? { passwordHash, sessionVersion: before.sessionVersion + 1 } : {}),
          updatedAt: sql`now()`,
        })
        .where(eq(users.id, userId))
        .returning();
      const fields = changedFields(input, change, before);
      if (fields.length > 0) {
        const target = { id: userId, name: input.name ?? before.name };
        await recordAudit(tx, actor, { action: "user.updated", target, detail: { fields } });
      }
      return row ?? before;
    }),
  );
}

/**
 * The person's API tokens and sessions end with them. Their bots, models and alerts go to the heir, an administrator;
 * without one, who still owns bots or models cannot be deleted, and the alerts end.
 */
export async function deleteUser(db: Database, actor: Viewer, userId: string, heirId?: string): Promise<void> {
  await db.transaction(async (tx) => {
    await lockPeople(tx);
    const user = await requireUser(tx, userId);
    if (userId === actor.userId) throw new AppError("conflict", "auth.deleteYourself");
    if (user.role === "admin") await requireAnotherAdmin(tx);
    const heir = heirId === undefined ? undefined : await handOver(tx, user, heirId);
    const [owned] = await tx.select({ bots: count() }).from(bots).where(eq(bots.ownerId, userId));
    if (owned && owned.bots > 0) {
      throw new AppError("conflict", "auth.ownsBots", { params: { name: user.name, count: owned.bots } });
    }
    const [kept] = await tx.select({ models: count() }).from(models).where(eq(models.ownerId, userId));
    if (kept && kept.models > 0) {
      throw new AppError("conflict", "auth.ownsModels", { params: { name: user.name, count: kept.models } });
    }
    await tx.delete(users).where(eq(users.id, userId));
    await recordAudit(tx, actor, {
      action: "user.deleted",
      target: { id: userId, name: user.name },
      ...(heir && { detail: { heir: heir.name } }),
    });
  });
}

async function handOver(tx: Transaction, from: UserRow, heirId: string): Promise<UserRow> {
  const heir = await requireUser(tx, heirId);
  // Whatever worked goes on: administrators see every bot, and may call addresses inside the network.
  if (heir.role !== "admin" || heir.id === from.id) {
    throw new AppError("conflict", "auth.heirNoAdmin", { params: { name: heir.name } });
  }
  const owner = { ownerId: heir.id };
  await tx.update(bots).set(owner).where(eq(bots.ownerId, from.id));
  await tx.update(models).set(owner).where(eq(models.ownerId, from.id));
  // A member's alert for all of their bots would tell of everybody's: it ends with them.
  const sameReach = from.role === "admin" ? undefined : isNotNull(alertRules.botId);
  await tx
    .update(alertRules)
    .set(owner)
    .where(and(eq(alertRules.ownerId, from.id), sameReach));
  return heir;
}

/** What people change about themselves; a new password needs the old one. */
export async function updateAccount(context: AuthContext, viewer: Viewer, input: UpdateAccountInput): Promise<UserRow> {
  const { currentPassword, ...change } = input;
  if (change.password !== undefined) {
    const { passwordHash } = await requireUser(context.db, viewer.userId);
    const key = `account ${viewer.userId}`;
    context.signInThrottle.attempt(key, PAUSE_AFTER_FAILURES);
    if (!(await verifyPassword(passwordHash, currentPassword ?? ""))) {
      throw new AppError("forbidden", "auth.wrongPassword");
    }
    context.signInThrottle.succeeded(key);
  }
  return updateUser(context.db, viewer, viewer.userId, change);
}

async function requireAnotherAdmin(tx: Transaction): Promise<void> {
  const [admins] = await tx.select({ count: count() }).from(users).where(eq(users.role, "admin"));
  if (!admins || admins.count < 2) throw new AppError("conflict", "auth.lastAdmin");
}

async function writing<T>(email: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (uniqueViolation(error) === "users_email") {
      const fields = [{ path: "email", message: "fields.emailTaken" }];
      throw new AppError("conflict", "auth.emailTaken", { params: { email }, fields, cause: error });
    }
    throw error;
  }
}
