// How much a bot's answers took of which model, by day.
import { and, asc, count, desc, eq, gte, isNotNull, sql, sum } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import { replies } from "@/lib/db/schema";

export const MOST_USAGE_DAYS = 90;

export const usageSchema = z
  .object({
    days: z.array(
      z.object({
        date: z.string().meta({ description: "In UTC, such as 2026-01-31" }),
        model: z.string().meta({ description: "The model's name in Larkspur when it answered" }),
        inputTokens: z.int().meta({ description: "As reported by the server" }),
        outputTokens: z.int().meta({ description: "As reported by the server" }),
        answers: z.int(),
      }),
    ),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof usageSchema>;

const day = sql<string>`to_char(${replies.at} at time zone 'UTC', 'YYYY-MM-DD')`;

/** Newest day first, today included. */
export async function readUsage(db: Database, botId: string, days: number): Promise<Usage> {
  const since = new Date();
  since.setUTCHours(0, 0, 0, 0);
  since.setUTCDate(since.getUTCDate() - days + 1);
  const rows = await db
    .select({
      date: day,
      model: replies.model,
      inputTokens: sum(replies.inputTokens),
      outputTokens: sum(replies.outputTokens),
      answers: count(),
    })
    .from(replies)
    .where(and(eq(replies.botId, botId), gte(replies.at, since), isNotNull(replies.model)))
    .groupBy(day, replies.model)
    .orderBy(desc(day), asc(replies.model));
  return {
    days: rows.map((row) => ({
      date: row.date,
      model: row.model ?? "",
      inputTokens: Number(row.inputTokens ?? 0),
      outputTokens: Number(row.outputTokens ?? 0),
      answers: row.answers,
    })),
  };
}
