// The worker's statements over the inbox: what is due, claiming it under a lease, and writing down how it ended.
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { type EVENT_STATUSES, type EventRow, events, type ReplyRow } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";
import type { KeptCalls } from "@/lib/events/answer-calls";
import { ownLane, type Payload } from "@/lib/events/envelope";
import { storableJson } from "@/lib/events/storable";

/** An event that this worker holds the lease of. */
export type ClaimedEvent = {
  id: number;
  botId: string;
  eventId: string;
  eventType: string;
  messageId: string | null;
  chatId: string | null;
  chatType: string | null;
  senderId: string | null;
  payload: Payload;
  steps: EventStep[];
  lane: string;
  /** This try included. Together with `replays` and the owner: the proof of the lease. */
  attempts: number;
  replays: number;
  /** In ms. */
  sentAt: number | null;
  receivedAt: number;
  /** Of the quick sign under the message, while it stands there. */
  reactionId: string | null;
  /** Tells whether what is known of the bot is still so. */
  botUpdatedAt: number;
};

export type SentReply = Pick<ReplyRow, "uuid" | "chatId" | "kind" | "messageId" | "text"> & { at: number } & {
  [key in "model" | "inputTokens" | "outputTokens" | "cardId"]?: ReplyRow[key];
};

/** How a try ended. */
export type Outcome = {
  status: Exclude<(typeof EVENT_STATUSES)[number], "processing">;
  reason?: string;
  error?: Reason;
  answeredBy?: NonNullable<EventRow["answeredBy"]>;
  text?: string;
  steps: EventStep[];
  replies: SentReply[];
  /** What models and services were asked. */
  asked?: KeptCalls;
  /** With `pending`: when it is due again, and whether its chat goes on meanwhile. */
  afterMs?: number;
  detach?: boolean;
  /** Into which lane it goes meanwhile. */
  lane?: string;
  /** The try does not count. */
  isUntried?: boolean;
  /** For how long Feishu wants to hear nothing from this bot. */
  pauseBotMs?: number;
};

export type Finish = { event: ClaimedEvent; outcome: Outcome };
export type Finished = {
  /** False when another worker had taken the event over. */
  isOurs: boolean;
  /** The next event of the lane, if it has one. */
  next: number | undefined;
};

// Literal, not a parameter: only so does the planner see that the partial indexes fit.
const UNFINISHED = sql.raw("status in ('pending', 'processing')");
const unfinished = (alias: string) => sql.raw(`${alias}.status in ('pending', 'processing')`);
// Only what is being processed has a lease; without one the event's own time counts.
const due = (alias: string) => sql.raw(`coalesce(${alias}.lease_until, ${alias}.due_at) <= now()`);

// A try that ended without a word: the process died, or lost its database for longer than the lease.
const withInterruption = (alias: string) =>
  sql.raw(`${alias}.steps || jsonb_build_array(jsonb_build_object('name', 'interrupted', 'at',
    to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`);

const bigints = (ids: number[]) => sql`${`{${ids.join(",")}}`}::text::bigint[]`;
const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);

/**
 * The first event of each lane that nothing stops, at most `perBot` of each bot. Jumps through the index from bot to
 * bot and from lane to lane, so that what waits behind the first of a lane costs nothing.
 */
export async function listDue(db: Database, perBot: number): Promise<{ id: number; botId: string }[]> {
  const rows = await queryRows<{ id: number | string; bot_id: string }>(
    db,
    sql`with recursive waiting (bot_id) as (
          (select bot_id from events where ${UNFINISHED} order by bot_id limit 1)
          union all
          select following.bot_id from waiting cross join lateral (
            select e.bot_id from events e where ${unfinished("e")} and e.bot_id > waiting.bot_id
            order by e.bot_id limit 1) following
        )
        select first.id, waiting.bot_id from waiting cross join lateral (
          with recursive head (lane, id, is_free) as (
            (select e.lane, e.id, ${due("e")} from events e
              where ${unfinished("e")} and e.bot_id = waiting.bot_id order by e.lane, e.id limit 1)
            union all
            select following.* from head cross join lateral (
              select e.lane, e.id, ${due("e")} from events e
              where ${unfinished("e")} and e.bot_id = waiting.bot_id and e.lane > head.lane
              order by e.lane, e.id limit 1) following
          )
          select id from head where is_free limit ${perBot}
        ) first
        order by first.id`,
  );
  return rows.map((row) => ({ id: Number(row.id), botId: row.bot_id }));
}

type ClaimedRow = Record<string, unknown> & {
  id: number | string;
  payload: Payload;
  steps: EventStep[];
  attempts: number;
  replays: number;
};

/** Those of `ids` that are due, the first of their lane, and nobody else's. */
export async function claim(db: Database, owner: string, ids: number[], leaseMs: number): Promise<ClaimedEvent[]> {
  const rows = await queryRows<ClaimedRow>(
    db,
    // A scalar subquery for "first of its lane": as "not exists" it takes PostgreSQL three times as long to plan.
    sql`update events e set status = 'processing', attempts = e.attempts + 1, lease_owner = ${owner},
          lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond',
          steps = case when e.status = 'processing' then ${withInterruption("e")} else e.steps end
        where e.id = any(array(
          select e.id from events e
          where e.id = any(${bigints(ids)}) and ${unfinished("e")} and ${due("e")} and e.id = (
            select first.id from events first
            where first.bot_id = e.bot_id and first.lane = e.lane and ${unfinished("first")} order by first.id limit 1)
          order by e.id
          for update skip locked))
        returning e.id, e.bot_id, e.event_id, e.event_type, e.message_id, e.chat_id, e.chat_type, e.sender_id, e.payload,
          e.steps, e.lane, e.attempts, e.replays, e.reaction_id, ${ms("e.sent_at")} as sent_at, ${ms("e.received_at")} as received_at,
          (select ${ms("b.updated_at")} from bots b where b.id = e.bot_id) as bot_updated_at`,
  );
  return rows.map(claimedFrom).sort((a, b) => a.id - b.id);
}

function claimedFrom(row: ClaimedRow): ClaimedEvent {
  const text = (value: unknown) => value as string;
  const optional = (value: unknown) => (value ?? null) as string | null;
  return {
    id: Number(row.id),
    botId: text(row.bot_id),
    eventId: text(row.event_id),
    eventType: text(row.event_type),
    messageId: optional(row.message_id),
    chatId: optional(row.chat_id),
    chatType: optional(row.chat_type),
    senderId: optional(row.sender_id),
    payload: row.payload,
    steps: row.steps,
    lane: text(row.lane),
    attempts: row.attempts,
    replays: row.replays,
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    receivedAt: Number(row.received_at),
    reactionId: optional(row.reaction_id),
    botUpdatedAt: Number(row.bot_updated_at),
  };
}

/** Only the holder of the lease writes; a worker that lost it changes nothing. */
export async function finish(db: Database, owner: string, finishes: Finish[]): Promise<Finished[]> {
  const rows = await queryRows<{ id: number | string; next: number | string | null }>(
    db,
    sql`with ending as (
          select * from jsonb_to_recordset(${storableJson(finishes.map(endingRow))}::text::jsonb) as (
            id bigint, bot_id text, lane text, attempts int, replays int, status text, reason text, error jsonb,
            answered_by text, text text, steps jsonb, after_ms float8, new_lane text, detach boolean, untried int, chat_id text,
            chat_type text)
        ), ours as (
          update events e set status = i.status, reason = i.reason, error = i.error,
            answered_by = i.answered_by, text = coalesce(i.text, e.text),
            steps = i.steps, lane = coalesce(i.new_lane, e.lane), detached = e.detached or i.detach,
            attempts = e.attempts - i.untried, chat_id = coalesce(e.chat_id, i.chat_id),
            chat_type = coalesce(e.chat_type, i.chat_type),
            due_at = case when i.status = 'pending' then now() + i.after_ms * interval '1 millisecond' else e.due_at end,
            finished_at = case when i.status = 'pending' then null else now() end,
            lease_owner = null, lease_until = null
          from ending i
          where e.id = i.id and e.id = any(${bigints(finishes.map(({ event }) => event.id))})
            and e.status = 'processing' and e.lease_owner = ${owner}
            and e.attempts = i.attempts and e.replays = i.replays
          returning e.id, e.bot_id, i.lane
        ), sent as (
          insert into replies (bot_id, uuid, event_id, chat_id, kind, message_id, text, at, model, input_tokens,
            output_tokens, card_id)
          select r.bot_id, r.uuid, r.event_id, r.chat_id, r.kind, r.message_id, r.text, r.at, r.model, r.input_tokens,
            r.output_tokens, r.card_id
          from jsonb_to_recordset(${storableJson(finishes.flatMap(replyRows))}::text::jsonb) as r(
            bot_id text, uuid text, event_id bigint, chat_id text, kind text, message_id text, text text, at timestamptz,
            model text, input_tokens int, output_tokens int, card_id text)
          where r.event_id in (select id from ours)
          on conflict (bot_id, uuid) do update set message_id = excluded.message_id, text = excluded.text,
            card_id = coalesce(excluded.card_id, replies.card_id), at = excluded.at, model = excluded.model,
            input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens
        )${keepingCalls(finishes)}
        select ours.id, (
          select e.id from events e where e.bot_id = ours.bot_id and e.lane = ours.lane and e.id > ours.id
            and ${unfinished("e")} order by e.id limit 1) as next
        from ours`,
  );
  const nextOf = new Map(rows.map(({ id, next }) => [Number(id), next === null ? undefined : Number(next)]));
  return finishes.map(({ event }) => ({ isOurs: nextOf.has(event.id), next: nextOf.get(event.id) }));
}

/** Most events ask nobody: their statement stays as it was. */
function keepingCalls(finishes: Finish[]): SQL {
  const rows = finishes.flatMap(({ event, outcome: { asked } }) =>
    asked ? [{ event_id: event.id, replays: event.replays, ...asked }] : [],
  );
  if (rows.length === 0) return sql``;
  return sql`, asked as (
          insert into answer_calls (event_id, replays, calls, prompt, thoughts)
          select c.event_id, c.replays, c.calls, c.prompt, c.thoughts
          from jsonb_to_recordset(${storableJson(rows)}::text::jsonb) as c(
            event_id bigint, replays int, calls jsonb, prompt jsonb, thoughts text)
          where c.event_id in (select id from ours)
          on conflict (event_id) do update set replays = excluded.replays, calls = excluded.calls,
            prompt = excluded.prompt, thoughts = excluded.thoughts
        )`;
}

/** What of it may be long. */
export const sizeOfFinish = ({ outcome: { asked } }: Finish): number =>
  (asked?.prompt?.messages ?? []).reduce((size, { text }) => size + text.length, asked?.thoughts?.length ?? 0);

function endingRow({ event, outcome }: Finish) {
  return {
    id: event.id,
    bot_id: event.botId,
    lane: event.lane,
    attempts: event.attempts,
    replays: event.replays,
    status: outcome.status,
    reason: outcome.reason ?? null,
    error: outcome.error ?? null,
    answered_by: outcome.answeredBy ?? (outcome.status === "done" ? "fixed" : null),
    text: outcome.text ?? null,
    steps: outcome.steps,
    after_ms: outcome.afterMs ?? 0,
    new_lane: outcome.detach ? ownLane(event.eventId) : (outcome.lane ?? null),
    detach: outcome.detach ?? false,
    untried: outcome.isUntried ? 1 : 0,
    chat_id: event.chatId,
    chat_type: event.chatType,
  };
}

const replyRows = ({ event, outcome }: Finish) =>
  outcome.replies.map((reply) => ({
    bot_id: event.botId,
    uuid: reply.uuid,
    event_id: event.id,
    chat_id: reply.chatId,
    kind: reply.kind,
    message_id: reply.messageId,
    text: reply.text,
    at: new Date(reply.at).toISOString(),
    model: reply.model ?? null,
    input_tokens: reply.inputTokens ?? null,
    output_tokens: reply.outputTokens ?? null,
    card_id: reply.cardId ?? null,
  }));

/** Prolongs the leases that are still the owner's, and returns the ids of those. */
export async function renew(db: Database, owner: string, ids: number[], leaseMs: number): Promise<Set<number>> {
  const rows = await queryRows<{ id: number | string }>(
    db,
    sql`update events set lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond'
        where id = any(${bigints(ids)}) and status = 'processing' and lease_owner = ${owner} returning id`,
  );
  return new Set(rows.map((row) => Number(row.id)));
}

/** Where one process has the database to itself, whatever is being processed at its start is a dead process's. */
export async function takeOverAll(db: Database): Promise<void> {
  await db
    .update(events)
    .set({ status: "pending", leaseOwner: null, leaseUntil: null, steps: sql`${withInterruption("events")}` })
    .where(eq(events.status, "processing"));
}

/** Gives back what was not finished, as if it had not been tried. */
export async function release(db: Database, owner: string, ids: number[]): Promise<void> {
  await db
    .update(events)
    .set({ status: "pending", leaseOwner: null, leaseUntil: null, attempts: sql`${events.attempts} - 1` })
    .where(and(inArray(events.id, ids), eq(events.status, "processing"), eq(events.leaseOwner, owner)));
}
