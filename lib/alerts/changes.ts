// Creates, changes and deletes alert rules; each change leaves its audit row in the same transaction.
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { type RuleRow, requireRule } from "@/lib/alerts/queries";
import { requireReceivers } from "@/lib/alerts/receivers";
import type { CreateRuleInput, UpdateRuleInput } from "@/lib/alerts/schemas";
import { openSecret, openTarget, requireSecret, requireTarget, sealSecret, sealTarget } from "@/lib/alerts/target";
import { alertRules } from "@/lib/db/alert-tables";
import { changedFields, openedForComparing, recordAudit } from "@/lib/db/audit";
import type { Database, Transaction } from "@/lib/db/client";
import { bots } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

export type AlertsContext = { db: Database; sealer: Sealer };

/** Returns the new rule's id. Sends nothing. */
export async function createRule(
  { db, sealer }: AlertsContext,
  viewer: Viewer,
  input: CreateRuleInput & { locale: Locale },
): Promise<string> {
  const { target, secret, ...rest } = input;
  requireTarget(input.channel, target, viewer.isAdmin);
  requireSecret(input.channel, secret);
  const id = randomUUID();
  await db.transaction(async (tx) => {
    await requireWatchable(tx, { userId: viewer.userId, isAdmin: viewer.isAdmin }, input.botId);
    await requireReceivers(tx, { channel: input.channel, target, ownerIsAdmin: viewer.isAdmin });
    await tx.insert(alertRules).values({
      ...rest,
      id,
      ownerId: viewer.userId,
      mayReachInside: viewer.isAdmin,
      sealedTarget: sealTarget(sealer, id, target),
      sealedSecret: sealSecret(sealer, id, secret),
    });
    await recordAudit(tx, viewer, {
      action: "alert.created",
      target: { id, name: input.name },
      detail: { channel: input.channel, ...input.conditions },
    });
  });
  return id;
}

/** What is left out keeps its value. What failed before is tried again at once. */
export async function updateRule(
  { db, sealer }: AlertsContext,
  viewer: Viewer,
  ruleId: string,
  input: UpdateRuleInput,
): Promise<void> {
  const { target, secret, conditions, ...rest } = input;
  await db.transaction(async (tx) => {
    const before = await lockRule(tx, viewer, ruleId);
    const ownerIsAdmin = before.ownerRole === "admin";
    if (target !== undefined) {
      requireTarget(before.channel, target, viewer.isAdmin);
      await requireReceivers(tx, { channel: before.channel, target, ownerIsAdmin });
    }
    requireSecret(before.channel, secret);
    if (input.botId !== undefined && input.botId !== before.botId) {
      await requireWatchable(tx, { userId: before.ownerId, isAdmin: ownerIsAdmin }, input.botId);
    }
    const change = {
      ...rest,
      ...(conditions && { conditions: { ...before.conditions, ...definedOf(conditions) } }),
    };
    await tx
      .update(alertRules)
      .set({
        ...change,
        ...(target === undefined
          ? {}
          : { sealedTarget: sealTarget(sealer, ruleId, target), mayReachInside: viewer.isAdmin }),
        ...(secret === undefined ? {} : { sealedSecret: sealSecret(sealer, ruleId, secret) }),
        ...(target === undefined && secret === undefined ? {} : { error: null }),
        attempts: 0,
        retryAt: null,
        updatedAt: sql`now()`,
      })
      .where(eq(alertRules.id, ruleId));
    const sealed = {
      target: openedForComparing(() => openTarget(sealer, before)),
      secret: openedForComparing(() => openSecret(sealer, before)),
    };
    const fields = changedFields(input, { target, secret, ...change }, { ...before, ...sealed });
    if (fields.length === 0) return;
    const told = { id: ruleId, name: input.name ?? before.name };
    await recordAudit(tx, viewer, { action: "alert.updated", target: told, detail: { fields } });
  });
}

export async function deleteRule({ db }: AlertsContext, viewer: Viewer, ruleId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const rule = await lockRule(tx, viewer, ruleId);
    await tx.delete(alertRules).where(eq(alertRules.id, ruleId));
    await recordAudit(tx, viewer, { action: "alert.deleted", target: { id: ruleId, name: rule.name } });
  });
}

async function lockRule(tx: Transaction, viewer: Viewer, ruleId: string): Promise<RuleRow> {
  const rule = await requireRule(tx, viewer, ruleId);
  const [row] = await tx.select().from(alertRules).where(eq(alertRules.id, ruleId)).for("update");
  return { ...rule, ...row };
}

/** Whose rule it is must see the bot. */
async function requireWatchable(
  tx: Transaction,
  owner: { userId: string; isAdmin: boolean },
  botId: string | null,
): Promise<void> {
  if (botId === null) return;
  const [bot] = botId.includes("\0")
    ? []
    : await tx.select({ ownerId: bots.ownerId }).from(bots).where(eq(bots.id, botId)).for("key share");
  if (bot && (owner.isAdmin || bot.ownerId === owner.userId)) return;
  throw new AppError("invalid_input", "notFound.bot", {
    fields: [{ path: "botId", message: "errors.notFound.bot" }],
  });
}

const definedOf = <T extends object>(value: T): { [K in keyof T]-?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never;
