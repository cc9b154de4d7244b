// Keeps what administrators choose for the whole installation: one row a subject.
import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Database, Transaction } from "@/lib/db/client";
import { settings } from "@/lib/db/schema";

/** Undefined when nothing was chosen, and for what another version wrote in a form that is not known here. */
export async function readSetting<T extends z.ZodType>(
  db: Database | Transaction,
  key: string,
  shape: T,
): Promise<z.output<T> | undefined> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, key));
  return row && shape.safeParse(row.value).data;
}

export async function writeSetting(tx: Database | Transaction, key: string, value: object): Promise<void> {
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } });
}

export async function forgetSetting(tx: Transaction, key: string): Promise<void> {
  await tx.delete(settings).where(eq(settings.key, key));
}
