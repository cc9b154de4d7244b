// Has several messages that a person sends right after each other answered as one: the last of them, with the text of all.
import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import { type EventRow, events } from "@/lib/db/schema";
import { isCommand } from "@/lib/events/command-words";
import { messageOf } from "@/lib/events/envelope";
import type { Outcome } from "@/lib/events/inbox";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import { type HeardEvent, readForBot, reasonToIgnore } from "@/lib/events/reading";
import type { AnsweringParts, EarlierMessage, Try } from "@/lib/events/try";

const MOST_MERGED = 20;
const LOOKED_AT = 100;
const SWITCHED_OFF_MS = 3_600_000; // so long what was merged before is still looked for

type Earlier = EarlierMessage & { id: number; text: string };
type Follower = { id: number } | "notYet" | "none";

/** Another message answers this one, or what this one's answer is about: its text with those of the messages before it. */
export async function merge(
  work: Try,
  parts: AnsweringParts,
  text: string,
): Promise<{ outcome: Outcome } | { text: string }> {
  const { event, bot } = work;
  const { mergeSeconds } = behaviorOf(bot);
  const wasOn = bot.behavior.mergeSeconds !== undefined && Date.now() - bot.updatedAt.getTime() < SWITCHED_OFF_MS;
  if (mergeSeconds === 0 && !wasOn) return { text };
  const earlier = await mergedInto(work, parts);
  // What was tried may have been sent, and beside its chat nothing comes in order.
  const mayWait = mergeSeconds > 0 && event.attempts === 1 && event.replays === 0 && event.lane === event.chatId;
  if (mayWait && earlier.length < MOST_MERGED - 1) {
    const follower = await followerOf(work, parts, mergeSeconds * 1000);
    if (follower === "notYet") {
      if (work.trace.count("gathering") === 0) work.trace.add("gathering");
      return { outcome: work.later(event.receivedAt + mergeSeconds * 1000 - Date.now()) };
    }
    if (follower !== "none") {
      work.trace.add("merged", String(follower.id));
      return { outcome: work.ignored("merged") };
    }
  }
  if (earlier.length === 0) return { text };
  work.earlier = earlier;
  work.trace.add("merged", earlier.map(({ id }) => id).join(", "));
  return { text: [...earlier.map((one) => one.text), text].filter((one) => one !== "").join("\n") };
}

/** The messages that wait for this one to answer them, oldest first. */
async function mergedInto({ event }: Try, { db }: AnsweringParts): Promise<Earlier[]> {
  const before = db
    .select()
    .from(events)
    .where(and(eq(events.botId, event.botId), eq(events.chatId, event.chatId ?? ""), lt(events.id, event.id)))
    .orderBy(desc(events.id))
    .limit(LOOKED_AT)
    .as("before");
  const rows = await db
    .select({
      id: before.id,
      messageId: before.messageId,
      payload: before.payload,
      text: before.text,
      steps: before.steps,
    })
    .from(before)
    .where(eq(before.reason, "event.merged"))
    .orderBy(desc(before.id));
  const found = [event.id];
  const earlier: Earlier[] = [];
  for (const { id, messageId, payload, text, steps } of rows) {
    const into = steps.findLast(({ name }) => name === "merged")?.detail;
    if (!found.map(String).includes(into ?? "")) continue;
    found.push(id);
    earlier.unshift({ id, messageId: messageId ?? "", payload, text: text ?? "" });
  }
  return earlier;
}

/** The person's next message in the conversation, where it comes within that time and would be answered itself. */
async function followerOf(work: Try, parts: AnsweringParts, withinMs: number): Promise<Follower> {
  const { event, bot } = work;
  for (const row of await waitingAfter(work, parts)) {
    const next = heard(row);
    if (threadOf(next) !== threadOf(event)) continue;
    if (timeOf(next) - timeOf(event) > withinMs) return "none";
    const message = await readForBot(next, bot, parts);
    if (await reasonToIgnore(next, bot, message)) continue;
    return isCommand(message.text) ? "none" : { id: row.id };
  }
  return Date.now() < event.receivedAt + withinMs ? "notYet" : "none";
}

const threadOf = ({ payload }: HeardEvent): string => messageOf(payload).message?.thread_id ?? "";

/** When it was written: what was missed and is caught up with comes all at once. */
const timeOf = ({ sentAt, receivedAt }: HeardEvent): number => sentAt ?? receivedAt;

const heard = (row: EventRow): HeardEvent => ({
  ...row,
  sentAt: row.sentAt?.getTime() ?? null,
  receivedAt: row.receivedAt.getTime(),
});

const waitingAfter = ({ event }: Try, { db }: AnsweringParts): Promise<EventRow[]> =>
  db
    .select()
    .from(events)
    .where(
      and(
        eq(events.botId, event.botId),
        eq(events.lane, event.lane),
        gt(events.id, event.id),
        eq(events.senderId, event.senderId ?? ""),
        eq(events.eventType, MESSAGE_RECEIVED),
        // Literal, so that the planner sees that the partial index fits.
        sql`${events.status} in ('pending', 'processing')`,
        eq(events.status, "pending"),
      ),
    )
    .orderBy(asc(events.id))
    .limit(MOST_MERGED);
