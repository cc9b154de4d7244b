// Creates, changes and deletes models; each change leaves its audit row in the same transaction.
import { randomUUID } from "node:crypto";
import { and, asc, eq, ne, or, type SQLWrapper, sql } from "drizzle-orm";
import { troubleOfUrl } from "@/lib/address-trouble";
import { changedFields, openedForComparing, recordAudit } from "@/lib/db/audit";
import type { Database, Transaction } from "@/lib/db/client";
import { bots, type ModelRow, models, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { openModel, sealApiKey } from "@/lib/models/credentials";
import { isKnownToSee } from "@/lib/models/presets";
import { requireModel } from "@/lib/models/queries";
import type { CreateModelInput, UpdateModelInput } from "@/lib/models/schemas";
import type { Sealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";

export type ModelsContext = { db: Database; sealer: Sealer };

const MOST_NAMED = 10;

/** Returns the new model's id. Does not call it. */
export async function createModel(context: ModelsContext, viewer: Viewer, input: CreateModelInput): Promise<string> {
  if (input.shared && !viewer.isAdmin) throw new AppError("forbidden", "model.sharedForAdmins");
  refuseAddress(input.baseUrl, viewer.isAdmin);
  const { apiKey, seesImages = isKnownToSee(input.model), ...rest } = input;
  const id = randomUUID();
  await context.db.transaction(async (tx) => {
    await tx.insert(models).values({
      ...rest,
      seesImages,
      id,
      ownerId: viewer.userId,
      sealedApiKey: sealApiKey(context.sealer, id, apiKey),
      mayReachInside: viewer.isAdmin,
    });
    await recordAudit(tx, viewer, {
      action: "model.created",
      target: { id, name: input.name },
      detail: { baseUrl: input.baseUrl, model: input.model, shared: input.shared ?? false },
    });
  });
  return id;
}

/** What is left out keeps its value. */
export async function updateModel(
  context: ModelsContext,
  viewer: Viewer,
  modelId: string,
  input: UpdateModelInput,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    const before = await lockModel(tx, viewer, modelId);
    if (input.shared !== undefined && input.shared !== before.shared) {
      if (!viewer.isAdmin) throw new AppError("forbidden", "model.sharedForAdmins");
      if (!input.shared) await refuseWhileUsed(tx, viewer, before, "model.sharedInUse", before.ownerId);
    }
    const isMoved = input.baseUrl !== undefined && input.baseUrl !== before.baseUrl;
    if (input.baseUrl !== undefined && isMoved) refuseAddress(input.baseUrl, viewer.isAdmin);
    const { apiKey, ...rest } = input;
    await tx
      .update(models)
      .set({
        ...rest,
        ...(apiKey === undefined ? {} : { sealedApiKey: sealApiKey(context.sealer, modelId, apiKey) }),
        ...(isMoved ? { mayReachInside: viewer.isAdmin } : {}),
        ...(isAskedAnew(input) ? { lastAskedAt: null, lastProblem: null } : {}),
        updatedAt: sql`now()`,
      })
      .where(eq(models.id, modelId));
    const key = openedForComparing(() => openModel(context.sealer, before).apiKey ?? null);
    const fields = changedFields(input, input, { ...before, apiKey: key });
    if (fields.length === 0) return;
    const target = { id: modelId, name: input.name ?? before.name };
    await recordAudit(tx, viewer, { action: "model.updated", target, detail: { fields } });
  });
}

/** What came of asking it before says nothing of another address, name or key. */
const isAskedAnew = ({ baseUrl, model, apiKey }: UpdateModelInput): boolean =>
  [baseUrl, model, apiKey].some((value) => value !== undefined);

/** Refused while a bot answers with it, by itself or by one of its rules. */
export async function deleteModel(context: ModelsContext, viewer: Viewer, modelId: string): Promise<void> {
  await context.db.transaction(async (tx) => {
    const model = await lockModel(tx, viewer, modelId);
    await refuseWhileUsed(tx, viewer, model, "model.inUse");
    await tx.delete(models).where(eq(models.id, modelId));
    await recordAudit(tx, viewer, { action: "model.deleted", target: { id: modelId, name: model.name } });
  });
}

/** Who may only use a model is told so; whoever may not see it finds nothing. */
async function lockModel(tx: Transaction, viewer: Viewer, modelId: string): Promise<ModelRow> {
  const model = await requireModel(tx, viewer, modelId);
  if (!viewer.isAdmin && model.ownerId !== viewer.userId) throw new AppError("forbidden", "model.notYours");
  const [row] = await tx.select().from(models).where(eq(models.id, modelId)).for("update");
  return { ...model, ...row };
}

/** `mayReachInside`: who enters it is an administrator, or it is one that an administrator entered. */
export function refuseAddress(baseUrl: string, mayReachInside: boolean): void {
  const trouble = troubleOfUrl(new URL(baseUrl));
  const { host } = new URL(baseUrl);
  if (trouble === "never") {
    throw new AppError("invalid_input", "model.addressNever", {
      params: { host },
      fields: [{ path: "baseUrl", message: "fields.addressNever" }],
    });
  }
  if (trouble === "private" && !mayReachInside) {
    throw new AppError("forbidden", "model.addressForAdmins", { params: { host } });
  }
}

/** Names the bots that the viewer may see, and counts them all. `butOwner`: that person's own bots do not matter. */
async function refuseWhileUsed(
  tx: Transaction,
  viewer: Viewer,
  model: ModelRow,
  textKey: "model.inUse" | "model.sharedInUse",
  butOwner?: string,
): Promise<void> {
  const isNamed = `(@.modelId == $id || @.fallbackModelId == $id)`;
  const named = (column: SQLWrapper, path: string) =>
    sql`jsonb_path_exists(${column}, ${`${path} ? ${isNamed}`}::jsonpath, jsonb_build_object('id', ${model.id}::text))`;
  const uses = or(named(bots.reply, "$"), named(bots.behavior, "$.rules[*].action.reply"));
  // An administrator may use every model, shared or not.
  const others = butOwner === undefined ? undefined : and(ne(bots.ownerId, butOwner), ne(users.role, "admin"));
  const found = await tx
    .select({ name: bots.name, ownerId: bots.ownerId })
    .from(bots)
    .innerJoin(users, eq(users.id, bots.ownerId))
    .where(and(uses, others))
    .orderBy(asc(bots.createdAt), asc(bots.id));
  if (found.length === 0) return;
  const seen = found.filter((bot) => viewer.isAdmin || bot.ownerId === viewer.userId).map((bot) => bot.name);
  const shown = seen.slice(0, MOST_NAMED);
  throw new AppError("conflict", textKey, {
    params: { name: model.name, bots: shown.join(", "), named: shown.length, more: found.length - shown.length },
  });
}
