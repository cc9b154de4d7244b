// Reads models, limited to what the viewer may see: their own, shared ones, and for administrators all.
import { and, asc, count, eq, getTableColumns, gt, or, type SQL, sql } from "drizzle-orm";
import type { Database, Transaction } from "@/lib/db/client";
import { decodeCursor, type Page, type PageRequest, pageOf, timeCursor } from "@/lib/db/page";
import { type ModelRow, models, users } from "@/lib/db/schema";
import { describeReason, notFound } from "@/lib/errors";
import type { Model, ModelUses } from "@/lib/models/schemas";
import { listUses } from "@/lib/models/uses";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

type ShownRow = ModelRow & { ownerName: string };

const shownColumns = { ...getTableColumns(models), ownerName: users.name };

const visibleTo = (viewer: Viewer): SQL | undefined =>
  viewer.isAdmin ? undefined : or(eq(models.ownerId, viewer.userId), eq(models.shared, true));

function selectShown(db: Database | Transaction) {
  return db.select(shownColumns).from(models).innerJoin(users, eq(users.id, models.ownerId));
}

const NO_USES: ModelUses = { bots: [], otherBots: 0 };

const showModel = (row: ShownRow, locale: Locale, uses: ModelUses): Model => ({
  id: row.id,
  name: row.name,
  baseUrl: row.baseUrl,
  model: row.model,
  hasApiKey: row.sealedApiKey !== null,
  shared: row.shared,
  seesImages: row.seesImages,
  owner: { id: row.ownerId, name: row.ownerName },
  health: row.lastAskedAt === null ? "untested" : row.lastProblem ? "fails" : "works",
  ...(row.lastAskedAt && { lastAskedAt: row.lastAskedAt.toISOString() }),
  ...(row.lastAskedAt && row.lastProblem && { problem: describeReason(row.lastProblem, locale) }),
  ...uses,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** As the viewer sees them, with the bots that answer with them. */
export async function showModels(
  db: Database,
  viewer: Viewer,
  rows: readonly ShownRow[],
  locale: Locale,
): Promise<Model[]> {
  const ids = rows.map(({ id }) => id);
  const uses = await listUses(db, viewer, ids);
  return rows.map((row) => showModel(row, locale, uses.get(row.id) ?? NO_USES));
}

/** Throws `not_found` like `requireModel`. */
export async function getModel(db: Database, viewer: Viewer, modelId: string, locale: Locale): Promise<Model> {
  const row = await requireModel(db, viewer, modelId);
  const uses = await listUses(db, viewer, [modelId]);
  return showModel(row, locale, uses.get(modelId) ?? NO_USES);
}

/** Throws `not_found` for a model that is not there and for one that the viewer may not see, alike. */
export async function requireModel(db: Database | Transaction, viewer: Viewer, modelId: string): Promise<ShownRow> {
  // PostgreSQL takes no NUL: there can be no such model.
  if (modelId.includes("\0")) throw notFound("model");
  const [row] = await selectShown(db).where(and(eq(models.id, modelId), visibleTo(viewer)));
  if (!row) throw notFound("model");
  return row;
}

/** Oldest first. */
export async function listModels(
  db: Database,
  viewer: Viewer,
  request: PageRequest & { ownerId?: string | undefined },
): Promise<Page<ShownRow>> {
  const after = decodeCursor(request.cursor, timeCursor);
  const at = after && new Date(after[0]);
  const rows = await selectShown(db)
    .where(
      and(
        visibleTo(viewer),
        request.ownerId ? eq(models.ownerId, request.ownerId) : undefined,
        at && or(gt(models.createdAt, at), and(eq(models.createdAt, at), gt(models.id, after[1]))),
      ),
    )
    .orderBy(asc(models.createdAt), asc(models.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

export type ModelCounts = { added: number; available: number };

/** Available is what answered when it was last asked. */
export async function countModels(db: Database, viewer: Viewer): Promise<ModelCounts> {
  const available = sql<number>`count(*) filter (where ${models.lastAskedAt} is not null and ${models.lastProblem} is null)`;
  const [counts] = await db
    .select({ added: count(), available: available.mapWith(Number) })
    .from(models)
    .where(visibleTo(viewer));
  return counts ?? { added: 0, available: 0 };
}

/** A model by its id for whoever answers without a viewer; null when it is gone. */
export async function getModelRow(db: Database, modelId: string): Promise<ShownRow | null> {
  const [row] = await selectShown(db).where(eq(models.id, modelId));
  return row ?? null;
}
