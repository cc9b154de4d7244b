// Reads who changed what.
import { and, desc, eq, ilike, like, lt, or, type SQL } from "drizzle-orm";
import { presenceOf } from "@/lib/auth/audit-targets";
import type { AuditEntryView, AuditFilter } from "@/lib/auth/schemas";
import type { Database } from "@/lib/db/client";
import { decodeCursor, numberCursor, type Page, type PageRequest, pageOf } from "@/lib/db/page";
import { auditLog } from "@/lib/db/schema";

type AuditRow = typeof auditLog.$inferSelect;

export async function showAuditEntries(db: Database, rows: readonly AuditRow[]): Promise<AuditEntryView[]> {
  const presence = await presenceOf(db, rows);
  return rows.map((row) => ({
    id: String(row.id),
    at: row.at.toISOString(),
    actor: { id: row.actorId, name: row.actorName },
    action: row.action,
    target: row.targetId === null ? null : { id: row.targetId, name: row.targetName, ...presence(row) },
    detail: row.detail,
  }));
}

/** Newest first. */
export async function listAudit(db: Database, request: PageRequest & AuditFilter): Promise<Page<AuditRow>> {
  const before = decodeCursor(request.cursor, numberCursor);
  const rows = await db
    .select()
    .from(auditLog)
    .where(and(before && lt(auditLog.id, before[0]), ...chosen(request)))
    .orderBy(desc(auditLog.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.id]);
}

function chosen({ subject, q, actorId }: AuditFilter): (SQL | undefined)[] {
  const words = q && `%${q.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  return [
    // What is done to many at once is told of them all: events.replayed.
    subject && or(like(auditLog.action, `${subject}.%`), like(auditLog.action, `${subject}s.%`)),
    actorId ? eq(auditLog.actorId, actorId) : undefined,
    words ? or(ilike(auditLog.actorName, words), ilike(auditLog.targetName, words)) : undefined,
  ];
}
