// Creates, changes and deletes people; each change leaves its audit row in the same transaction.
import { randomUUID } from "node:crypto";
import { and, count, eq, isNotNull, sql } from "drizzle-orm";
import type { AuthContext, Right } from "@/lib/auth/context";
import { hashPassword, verifyPassword } from "@/lib/auth/passwords";
import type { CreateUserInput, UpdateAccountInput, UpdateUserInput } from "@/lib/auth/schemas";
import { endSessionsOf, requireRecentPassword } from "@/lib/auth/sessions";
import { deleteTokensOf } from "@/lib/auth/tokens";
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

/** Needs a password that was entered a while ago at most, as whatever gives rights away. */
export async function createUser(
  db: Database,
  actor: Viewer,
  input: CreateUserInput,
  by: Right = {},
): Promise<UserRow> {
  requireRecentPassword(by);
  const { password, ...person } = input;
  const passwordHash = await hashPassword(password, `user ${actor.userId}`);
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

type Changing = Pick<AuthContext, "db" | "bus" | "failedAttempts">;

/**
 * What is left out keeps its value. A new password signs the person out everywhere else; one's own needs the old one.
 */
export async function updateUser(
  context: Changing,
  actor: Viewer,
  userId: string,
  input: UpdateUserInput,
  by: Right = {},
): Promise<UserRow> {
  const { currentPassword, ...change } = input;
  const before = await requireUser(context.db, userId);
  const isOwn = userId === actor.userId;
  const isGiven = (name: "role" | "email") => input[name] !== undefined && input[name] !== before[name];
  if (isGiven("role") || isGiven("email") || (input.password !== undefined && !isOwn)) requireRecentPassword(by);
  if (input.password !== undefined && isOwn) {
    await requireOwnPassword(context, actor, currentPassword, by);
  }
  return changeUser(context, actor, userId, change, by);
}

async function changeUser(
  { db, bus }: Changing,
  actor: Viewer,
  userId: string,
  input: Omit<UpdateUserInput, "currentPassword">,
  by: Right,
): Promise<UserRow> {
  const { password, revokeTokens, ...change } = input;
  const passwordHash = password === undefined ? undefined : await hashPassword(password, `user ${actor.userId}`);
  const changed = await writing(input.email ?? "", () =>
    db.transaction(async (tx) => {
      await lockPeople(tx);
      const before = await requireUser(tx, userId);
      if (before.role === "admin" && input.role === "member") await requireAnotherAdmin(tx);
      const [row] = await tx
        .update(users)
        .set({
          ...change,
          ...(passwordHash ? { passwordHash } : {}),
          updatedAt: sql`now()`,
        })
        .where(eq(users.id, userId))
        .returning();
      if (passwordHash) {
        const isOwn = userId === actor.userId;
        await endSessionsOf(tx, userId, isOwn ? by.session?.id : undefined);
        if (revokeTokens) await deleteTokensOf(tx, actor, userId, isOwn ? by.token?.id : undefined);
      }
      const fields = changedFields({ ...change, password }, change, before);
      if (fields.length > 0) {
        const target = { id: userId, name: input.name ?? before.name };
        await recordAudit(tx, actor, { action: "user.updated", target, detail: { fields } });
      }
      return row ?? before;
    }),
  );
  if (passwordHash) bus.publish({ topic: "session", userId });
  return changed;
}

/**
 * The person's API tokens and sessions end with them. Their bots, models and alerts go to the heir, an administrator;
 * without one, who still owns bots or models cannot be deleted, and the alerts end.
 */
export async function deleteUser(
  { db, bus }: Pick<AuthContext, "db" | "bus">,
  actor: Viewer,
  userId: string,
  heirId?: string,
): Promise<void> {
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
  bus.publish({ topic: "session", userId });
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
export const updateAccount = (
  context: Changing,
  viewer: Viewer,
  input: UpdateAccountInput,
  by: Right = {},
): Promise<UserRow> => updateUser(context, viewer, viewer.userId, input, by);

async function requireOwnPassword(
  { db, failedAttempts }: Changing,
  viewer: Viewer,
  currentPassword: string | undefined,
  by: Right,
): Promise<void> {
  if (currentPassword === undefined) {
    const fields = [{ path: "currentPassword", message: "fields.required" }];
    throw new AppError("invalid_input", "auth.currentPasswordNeeded", { fields });
  }
  const { passwordHash } = await requireUser(db, viewer.userId);
  // By session or token: whoever has stolen one guesses away nobody else's tries.
  const key = `password ${by.session?.id ?? by.token?.id ?? viewer.userId}`;
  const fits = () => verifyPassword(passwordHash, currentPassword, key);
  const isRight = await failedAttempts.guard(key, fits, (right) => !right);
  if (!isRight) throw new AppError("forbidden", "auth.wrongPassword");
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
