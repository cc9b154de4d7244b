// What people think of a bot's answers: one opinion each, which they may change.
import { and, desc, eq, gte, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import { events, feedback, replies } from "@/lib/db/schema";

export const MOST_FEEDBACK_DAYS = 90;
const NEWEST = 20;

export const feedbackSchema = z
  .object({
    days: z.array(
      z.object({
        date: z.string().meta({ description: "In UTC, such as 2026-01-31" }),
        useful: z.int(),
        notUseful: z.int(),
      }),
    ),
    newest: z.array(
      z.object({
        at: z.iso.datetime(),
        useful: z.boolean(),
        userId: z.string().meta({ description: "The person's open_id" }),
        eventId: z.string().optional().meta({ description: "The question's event ID, for /api/feishu/events/{id}" }),
        question: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "Feedback" });
export type Feedback = z.infer<typeof feedbackSchema>;

type Opinion = { botId: string; uuid: string; userId: string; useful: boolean };

export async function saveFeedback(db: Database, opinion: Opinion): Promise<void> {
  const { useful } = opinion;
  await db
    .insert(feedback)
    .values(opinion)
    .onConflictDoUpdate({
      target: [feedback.botId, feedback.uuid, feedback.userId],
      set: { useful, at: sql`now()` },
    });
}

const useful = sql<number>`(count(*) filter (where ${feedback.useful}))::int`;
const notUseful = sql<number>`(count(*) filter (where not ${feedback.useful}))::int`;

export async function countFeedback(db: Database, botId: string, uuid: string) {
  const [counts] = await db
    .select({ useful, notUseful })
    .from(feedback)
    .where(and(eq(feedback.botId, botId), eq(feedback.uuid, uuid)));
  return counts ?? { useful: 0, notUseful: 0 };
}

const day = sql<string>`to_char(${feedback.at} at time zone 'UTC', 'YYYY-MM-DD')`;

/** Newest first, today included. */
export async function readFeedback(db: Database, botId: string, days: number): Promise<Feedback> {
  const since = new Date();
  since.setUTCHours(0, 0, 0, 0);
  since.setUTCDate(since.getUTCDate() - days + 1);
  const isMeant = and(eq(feedback.botId, botId), gte(feedback.at, since));
  const [sums, newest] = await Promise.all([
    db.select({ date: day, useful, notUseful }).from(feedback).where(isMeant).groupBy(day).orderBy(desc(day)),
    db
      .select({
        at: feedback.at,
        useful: feedback.useful,
        userId: feedback.userId,
        eventId: events.id,
        question: events.text,
      })
      .from(feedback)
      .leftJoin(replies, and(eq(replies.botId, feedback.botId), eq(replies.uuid, feedback.uuid)))
      .leftJoin(events, eq(events.id, replies.eventId))
      .where(isMeant)
      .orderBy(desc(feedback.at))
      .limit(NEWEST),
  ]);
  return {
    days: sums,
    newest: newest.map(({ at, eventId, question, ...rest }) => ({
      ...rest,
      at: at.toISOString(),
      ...(eventId === null ? {} : { eventId: String(eventId) }),
      ...(question ? { question } : {}),
    })),
  };
}
