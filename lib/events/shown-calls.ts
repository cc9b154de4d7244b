// Reads what was asked for an answer: how each call went, and for those whose bot it is what was sent and thought.
import { and, eq, type SQL } from "drizzle-orm";
import { answerCalls } from "@/lib/db/answer-call-table";
import type { Database } from "@/lib/db/client";
import { bots, type EventRow, events } from "@/lib/db/schema";
import { describeReason } from "@/lib/errors";
import type { EventDetails } from "@/lib/events/schemas";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

/** Of the event's answer, not of one before it was replayed. */
const ofAnswer = ({ id, replays }: EventRow): SQL | undefined =>
  and(eq(answerCalls.eventId, id), eq(answerCalls.replays, replays));

export async function readCalls(db: Database, row: EventRow, locale: Locale): Promise<EventDetails["calls"]> {
  const [kept] = await db.select({ calls: answerCalls.calls }).from(answerCalls).where(ofAnswer(row));
  return (kept?.calls ?? []).map(({ problem, ...call }) =>
    problem ? { ...call, error: describeReason(problem, locale), errorCode: problem.code } : call,
  );
}

/** Not `visibleTo`: who may see a bot need not be who may read what its model is told. */
const ownedBy = (viewer: Viewer): SQL | undefined => (viewer.isAdmin ? undefined : eq(bots.ownerId, viewer.userId));

/** Nothing for whoever is neither the bot's owner nor an administrator. */
export async function readInside(
  db: Database,
  viewer: Viewer,
  row: EventRow,
): Promise<Pick<EventDetails, "prompt" | "thoughts">> {
  const [kept] = await db
    .select({ prompt: answerCalls.prompt, thoughts: answerCalls.thoughts })
    .from(answerCalls)
    .innerJoin(events, eq(events.id, answerCalls.eventId))
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(ofAnswer(row), ownedBy(viewer)));
  return { ...(kept?.prompt && { prompt: kept.prompt }), ...(kept?.thoughts && { thoughts: kept.thoughts }) };
}
