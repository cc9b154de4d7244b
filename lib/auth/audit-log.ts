// Reads who changed what.
import { desc, lt } from "drizzle-orm";
import type { AuditEntryView } from "@/lib/auth/schemas";
import type { Database } from "@/lib/db/client";
import { decodeCursor, numberCursor, type Page, type PageRequest, pageOf } from "@/lib/db/page";
import { auditLog } from "@/lib/db/schema";

type AuditRow = typeof auditLog.$inferSelect;

export const showAuditEntry = (row: AuditRow): AuditEntryView => ({
  id: String(row.id),
  at: row.at.toISOString(),
  actor: { id: row.actorId, name: row.actorName },
  action: row.action,
  target: row.targetId === null ? null : { id: row.targetId, name: row.targetName },
  detail: row.detail,
});

/** Newest first. */
export async function listAudit(db: Database, request: PageRequest): Promise<Page<AuditRow>> {
  const before = decodeCursor(request.cursor, numberCursor);
  const rows = await db
    .select()
    .from(auditLog)
    .where(before && lt(auditLog.id, before[0]))
    .orderBy(desc(auditLog.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.id]);
}
