// Ends answers where they are: whoever writes one hears of it, in whichever process that is.
import { setTimeout as pause } from "node:timers/promises";
import { and, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Bus, News } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { events } from "@/lib/db/schema";
import { messageOf } from "@/lib/events/envelope";
import type { ClaimedEvent } from "@/lib/events/inbox";
import type { StepName } from "@/lib/events/trace";

/** Which answers are meant: those that all of it fits. */
export type StopWish = {
  botId: string;
  chatId?: string;
  threadId?: string;
  /** Who asked. */
  senderId?: string;
  /** Larkspur's id of the question. */
  eventId?: number;
  /** Larkspur's id of an event: only what was asked before it. */
  before?: number;
};

/** Why the signal of an answer is aborted; not a failure. */
class AnswerStopped extends Error {
  constructor() {
    super("Somebody stopped the answer.");
  }
}

/** What was written stays. Where nobody writes and no further try is waited for, nothing happens. */
export async function stopAnswers(db: Database, bus: Bus, wish: StopWish): Promise<void> {
  bus.publish({ topic: "stop", ...wish });
  const asked: EventStep = { at: new Date().toISOString(), name: "stopAsked" satisfies StepName };
  // What waits for its next try, or for a dead worker's lease to end, finds the wish when it is taken up.
  const waiting = await db
    .update(events)
    .set({ steps: sql`${events.steps} || ${JSON.stringify([asked])}::text::jsonb`, dueAt: sql`now()` })
    .where(
      and(
        eq(events.botId, wish.botId),
        inArray(events.status, ["pending", "processing"]),
        gt(events.attempts, 0),
        wish.eventId === undefined ? undefined : eq(events.id, wish.eventId),
        wish.before === undefined ? undefined : lt(events.id, wish.before),
        wish.chatId === undefined ? undefined : eq(events.chatId, wish.chatId),
        wish.senderId === undefined ? undefined : eq(events.senderId, wish.senderId),
        wish.threadId === undefined ? undefined : eq(threadOfRow, wish.threadId),
      ),
    )
    .returning({ id: events.id });
  for (const { id } of waiting) bus.publish({ topic: "event", botId: wish.botId, id, due: true });
}

const ENDING_LIMIT_MS = 3_000; // a cloud that does not answer must not keep a bot
const LOOK_MS = 50;

/** For a bot that goes: what is being written ends where it is, or else its cards would grow for ever. Resolves within 3 s or so. */
export async function endAnswers(db: Database, bus: Bus, botId: string): Promise<void> {
  await stopAnswers(db, bus, { botId });
  const until = performance.now() + ENDING_LIMIT_MS;
  const isWritten = and(eq(events.botId, botId), eq(events.status, "processing"));
  while ((await db.$count(events, isWritten)) > 0 && performance.now() < until) await pause(LOOK_MS);
}

const threadOfRow = sql`${events.payload} #>> '{event,message,thread_id}'`;

/** What one worker is writing, each with the signal by which it is told to end. */
export class Stops {
  readonly #running = new Map<number, { event: ClaimedEvent; abort: AbortController }>();
  readonly #bus: Bus;
  #unsubscribe: (() => void) | undefined;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  start(): void {
    this.#unsubscribe ??= this.#bus.subscribe("stop", (news) => this.#hear(news));
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  begin(event: ClaimedEvent): AbortSignal {
    const abort = new AbortController();
    this.#running.set(event.id, { event, abort });
    return abort.signal;
  }

  end(id: number): void {
    this.#running.delete(id);
  }

  #hear(news: Extract<News, { topic: "stop" }>): void {
    for (const { event, abort } of this.#running.values()) if (fits(event, news)) abort.abort(new AnswerStopped());
  }
}

const fits = (event: ClaimedEvent, { botId, chatId, threadId, senderId, eventId, before }: StopWish): boolean =>
  event.botId === botId &&
  (eventId === undefined || event.id === eventId) &&
  (before === undefined || event.id < before) &&
  (chatId === undefined || event.chatId === chatId) &&
  (senderId === undefined || event.senderId === senderId) &&
  (threadId === undefined || messageOf(event.payload).message?.thread_id === threadId);
