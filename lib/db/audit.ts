// Writes who changed what, in the same transaction as the change.
import type { Transaction } from "@/lib/db/client";
import { auditLog } from "@/lib/db/schema";
import type { Viewer } from "@/lib/viewer";

export type AuditEntry = {
  /** Like `bot.created`: what, and what happened to it. */
  action: string;
  target?: { id: string; name: string };
  /** Names of changed fields and harmless values; never a secret. */
  detail?: Record<string, unknown>;
};

/** `actor` null: Larkspur itself, by its environment. */
export async function recordAudit(tx: Transaction, actor: Viewer | null, entry: AuditEntry): Promise<void> {
  await tx.insert(auditLog).values({
    actorId: actor?.userId ?? null,
    actorName: actor?.name ?? "Larkspur",
    action: entry.action,
    targetId: entry.target?.id ?? null,
    targetName: entry.target?.name ?? null,
    detail: entry.detail ?? null,
  });
}
