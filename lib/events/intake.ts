// Stores what Feishu delivers: once it is stored, and only then, it may be acknowledged.
import { and, eq, or, sql } from "drizzle-orm";
import type { Bus } from "@/lib/db/bus";
import { type Database, findByCode, isDatabaseAway, queryRows } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { type EVENT_SOURCES, events } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { moveHeard } from "@/lib/events/chats";
import { looksLikeStop } from "@/lib/events/command-words";
import { messageOf, ownLane, type ReceivedEvent, readEnvelope } from "@/lib/events/envelope";
import { GroupCommit } from "@/lib/events/group-commit";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import { storableJson } from "@/lib/events/storable";
import { readMessage } from "@/lib/feishu/message";
import type { Logger } from "@/lib/logger";

export type EventSource = (typeof EVENT_SOURCES)[number];
export type Receipt = {
  id: number;
  /** False for a repeat: of the event, or of the message under another event id. */
  isNew: boolean;
};

export type Intake = {
  /** Resolves when the event is stored, so that it may be acknowledged; rejects when it is not. */
  receive(botId: string, envelope: unknown, source: EventSource): Promise<Receipt>;
  /** When the event was acknowledged, in ms; forgotten once asked, and by a restart. */
  takeAcknowledgedAt(id: number): number | undefined;
};

type Arrival = ReceivedEvent & { botId: string; source: EventSource; receivedAt: number };

const MAX_BATCH = 500;
const MAX_BATCH_LENGTH = 4 * 1024 * 1024;
const MAX_ACKNOWLEDGEMENTS = 10_000;

export function createIntake({ db, bus, logger }: { db: Database; bus: Bus; logger: Logger }): Intake {
  const acknowledgements = new Map<number, number>();
  const commits = new GroupCommit<Arrival, Receipt>({
    write: (arrivals) => store(db, arrivals),
    maxItems: MAX_BATCH,
    sizeOf: ({ length }) => length,
    maxSize: MAX_BATCH_LENGTH,
  });

  const noteAcknowledgement = (id: number) => {
    acknowledgements.set(id, Date.now());
    const [oldest] = acknowledgements.keys();
    if (acknowledgements.size > MAX_ACKNOWLEDGEMENTS && oldest !== undefined) acknowledgements.delete(oldest);
  };

  return {
    async receive(botId, envelope, source) {
      const arrival = { ...readEnvelope(envelope), botId, source, receivedAt: Date.now() };
      const receipt = await commits.add(arrival).catch((error: unknown) => {
        logger.warn({ err: error, botId, eventId: arrival.eventId }, "event could not be stored");
        throw violatesBot(error) ? notFound("bot") : error;
      });
      if (receipt.isNew) {
        if (source !== "catchup") noteAcknowledgement(receipt.id);
        bus.publish({ topic: "event", botId, id: receipt.id, due: true });
      }
      return receipt;
    },
    takeAcknowledgedAt(id) {
      const at = acknowledgements.get(id);
      acknowledgements.delete(id);
      return at;
    },
  };
}

async function store(db: Database, arrivals: Arrival[]): Promise<(Receipt | Error)[]> {
  const inserted = await insertOnce(db, arrivals.map(rowOf));
  const ids = new Map(inserted.map((row) => [keyOf(row.bot_id, row.event_id), Number(row.id)]));
  const results: (Receipt | Error)[] = [];
  for (const arrival of arrivals) {
    const key = keyOf(arrival.botId, arrival.eventId);
    const id = ids.get(key);
    // The second of two alike in one batch is a repeat.
    ids.delete(key);
    results.push(id === undefined ? await findFirst(db, arrival) : { id, isNew: true });
  }
  return results;
}

const keyOf = (botId: string, eventId: string) => `${botId} ${eventId}`;

function rowOf(arrival: Arrival) {
  const { botId, eventId, eventType, messageId, chatId, chatType, senderId, source, lane, sentAt, payload } = arrival;
  const receivedAt = new Date(arrival.receivedAt).toISOString();
  const stored = Date.now();
  const steps: EventStep[] = [
    { at: receivedAt, name: "received" },
    { at: new Date(stored).toISOString(), name: "stored", ms: stored - arrival.receivedAt },
  ];
  return {
    bot_id: botId,
    event_id: eventId,
    event_type: eventType,
    message_id: messageId,
    chat_id: chatId,
    chat_type: chatType,
    sender_id: senderId,
    // The mention of the bot is taken out later, by whoever knows the bot's identity.
    text: eventType === MESSAGE_RECEIVED ? readMessage(messageOf(payload), null).text : null,
    source,
    lane: eventType === MESSAGE_RECEIVED && looksLikeStop(messageOf(payload)) ? ownLane(eventId) : lane,
    payload,
    steps,
    sent_at: sentAt === null ? null : new Date(sentAt).toISOString(),
    received_at: receivedAt,
  };
}

type InsertRow = ReturnType<typeof rowOf>;
type Inserted = { id: number | string; bot_id: string; event_id: string };

// One statement with one parameter, however many rows; the order of the array is the order of the ids.
function insert(db: Database, rows: InsertRow[]): Promise<Inserted[]> {
  return queryRows<Inserted>(
    db,
    sql`with arrived as (
        insert into events (bot_id, event_id, event_type, message_id, chat_id, chat_type, sender_id, text, source, lane,
          payload, steps, sent_at, received_at)
        select r.bot_id, r.event_id, r.event_type, r.message_id, r.chat_id, r.chat_type, r.sender_id, r.text, r.source,
          r.lane, r.payload, r.steps, r.sent_at, r.received_at
        from rows from (jsonb_to_recordset(${storableJson(rows)}::text::jsonb) as (bot_id text, event_id text,
          event_type text, message_id text, chat_id text, chat_type text, sender_id text, text text, source text,
          lane text, payload jsonb, steps jsonb, sent_at timestamptz, received_at timestamptz))
          with ordinality as r(bot_id, event_id, event_type, message_id, chat_id, chat_type, sender_id, text, source,
          lane, payload, steps, sent_at, received_at, position)
        order by r.position
        on conflict do nothing
        returning id, bot_id, event_id, event_type, chat_id, chat_type, sender_id, source, sent_at, received_at
      ), heard as (${moveHeard(sql.raw("arrived"))})
      select id, bot_id, event_id from arrived`,
  );
}

/** Repeats what a lost connection left in the dark: what was stored the first time is told as new, too. */
async function insertOnce(db: Database, rows: InsertRow[]): Promise<Inserted[]> {
  try {
    return await insert(db, rows);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    await insert(db, rows);
    return findOwn(db, rows);
  }
}

function findOwn(db: Database, rows: InsertRow[]): Promise<Inserted[]> {
  const known = rows.map(({ bot_id, event_id, received_at }) => ({ bot_id, event_id, received_at }));
  return queryRows<Inserted>(
    db,
    sql`select e.id, e.bot_id, e.event_id from events e join jsonb_to_recordset(${storableJson(known)}::text::jsonb)
      as r(bot_id text, event_id text, received_at timestamptz) using (bot_id, event_id, received_at)`,
  );
}

async function findFirst(db: Database, arrival: Arrival): Promise<Receipt | Error> {
  const sameMessage =
    arrival.messageId && arrival.eventType === MESSAGE_RECEIVED
      ? and(eq(events.messageId, arrival.messageId), eq(events.eventType, sql`${sql.raw(`'${MESSAGE_RECEIVED}'`)}`))
      : undefined;
  const [first] = await db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.botId, arrival.botId), or(eq(events.eventId, arrival.eventId), sameMessage)))
    .limit(1);
  return first ? { id: first.id, isNew: false } : new Error("The event was taken away while it was being stored.");
}

// foreign_key_violation: the bot is gone.
const violatesBot = (error: unknown): boolean => findByCode(error, /^23503$/) !== undefined;
