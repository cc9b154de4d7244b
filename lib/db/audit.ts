// Writes who changed what, in the same transaction as the change.
import { isDeepStrictEqual } from "node:util";
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

/**
 * A form sends all that it has: which of its fields differ from what was there. What is in neither `after` nor `before`
 * cannot be compared: to enter it anew is a change.
 */
export function changedFields(input: object, after: object, before: object): string[] {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value || value === 0 || value === false ? value : null));
  const valueIn = (row: object, name: string) => plain((row as Record<string, unknown>)[name]);
  return Object.entries(input)
    .filter(([name, value]) => {
      if (value === undefined) return false;
      if (!(name in after) && !(name in before)) return true;
      return !isDeepStrictEqual(valueIn(after, name), valueIn(before, name));
    })
    .map(([name]) => name);
}

const UNREADABLE = "\0"; // differs from whatever can be entered

/** What was sealed, to be compared; where it cannot be opened any more, everything differs from it. */
export function openedForComparing<T>(open: () => T): T | string {
  try {
    return open();
  } catch {
    return UNREADABLE;
  }
}

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
