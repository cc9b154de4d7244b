// For how many days messages and the audit log are kept.
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import { readSetting } from "@/lib/settings/store";

export const RETENTION_KEY = "retention";

const days = z.int().min(1).max(3_650);

export const retentionSchema = z
  .strictObject({
    eventDays: days.meta({ description: "Days to keep finished messages with their answers and traces" }),
    auditDays: days.meta({ description: "Days to keep the audit log" }),
  })
  .meta({ id: "Retention" });
export type Retention = z.infer<typeof retentionSchema>;

const DEFAULT_RETENTION: Retention = { eventDays: 90, auditDays: 400 };

export async function readRetention(db: Database): Promise<Retention> {
  return { ...DEFAULT_RETENTION, ...(await readSetting(db, RETENTION_KEY, retentionSchema.partial())) };
}
