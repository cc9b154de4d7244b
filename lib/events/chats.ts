// The chats that a bot was heard in: how far their history is known to be stored, and which of them have a gap.
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { chats, events } from "@/lib/db/schema";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";

/** A chat that was silent for longer is not asked for what was missed. */
const REMEMBERED_DAYS = 30;
const remembered = sql.raw(`interval '${REMEMBERED_DAYS} days'`);

/** A cursor is at most so far behind what was heard; that much is listed once more. */
const LAG_SECONDS = 60;
const lag = sql.raw(`interval '${LAG_SECONDS} seconds'`);

// Literal, so that the planner sees that the partial index fits.
const isMessage = sql.raw(`event_type = '${MESSAGE_RECEIVED}'`);

export type StaleChat = { chatId: string; chatType: string | null; cursorAt: Date };

/**
 * Moves the cursors of the chats that are heard in `arrived`, the rows of `events` that were stored in this statement.
 * After a gap a cursor stays where it is until the chat is caught up: what is heard now does not close the gap.
 */
// Most messages find the chat's cursor young enough, and only read it: a burst must not write two rows a message.
// Sorted by key, so that two replicas cannot wait for each other.
export const moveHeard = (arrived: SQL): SQL => sql`
  insert into chats (bot_id, chat_id, chat_type, person_id, cursor_at, caught_up_at)
  select heard.bot_id, heard.chat_id, heard.chat_type, heard.person_id, heard.cursor_at, heard.caught_up_at
  from (
    select bot_id, chat_id, max(chat_type) as chat_type, max(sender_id) filter (where chat_type = 'p2p') as person_id,
      max(least(sent_at, received_at)) as cursor_at, max(received_at) as caught_up_at
    from ${arrived} where ${isMessage} and source <> 'catchup' and chat_id is not null and sent_at is not null
    group by bot_id, chat_id
  ) heard left join chats on chats.bot_id = heard.bot_id and chats.chat_id = heard.chat_id
  where chats.bot_id is null or ${mayMove(sql.raw("heard"))}
  order by heard.bot_id, heard.chat_id
  on conflict (bot_id, chat_id) do update set cursor_at = excluded.cursor_at,
    chat_type = coalesce(excluded.chat_type, chats.chat_type),
    person_id = coalesce(excluded.person_id, chats.person_id),
    caught_up_at = case when ${isForgotten(sql.raw("excluded"))} then excluded.caught_up_at else chats.caught_up_at end
  where ${mayMove(sql.raw("excluded"))}`;

const isForgotten = (heard: SQL): SQL => sql`chats.cursor_at < ${heard}.cursor_at - ${remembered}`;

const mayMove = (heard: SQL): SQL => sql`(${heard}.cursor_at > chats.cursor_at + ${lag}
  and (${isForgotten(heard)} or not exists (
    select from connections c where c.bot_id = chats.bot_id and c.state <> 'disconnected'
      and (c.state <> 'connected' or c.connected_at > coalesce(chats.caught_up_at, '-infinity')))))`;

/** For bots that were heard before their chats were written down. */
export async function seedChats(db: Database, botId: string, before: Date): Promise<void> {
  await db.execute(
    sql`insert into chats (bot_id, chat_id, chat_type, cursor_at)
        select bot_id, chat_id, max(chat_type), max(least(sent_at, received_at)) from events
        where bot_id = ${botId} and ${isMessage} and chat_id is not null and sent_at > now() - ${remembered}
          and received_at < ${before.toISOString()}::timestamptz
          and not exists (select from chats where bot_id = ${botId})
        group by bot_id, chat_id order by bot_id, chat_id
        on conflict do nothing`,
  );
}

/** The chats of which it is not known that everything up to `before` is stored, the liveliest first. */
export function listStaleChats(db: Database, botId: string, before: Date): Promise<StaleChat[]> {
  return db
    .select({ chatId: chats.chatId, chatType: chats.chatType, cursorAt: chats.cursorAt })
    .from(chats)
    .where(
      and(
        eq(chats.botId, botId),
        or(isNull(chats.caughtUpAt), lt(chats.caughtUpAt, before)),
        gt(chats.cursorAt, sql`now() - ${remembered}`),
      ),
    )
    .orderBy(desc(chats.cursorAt));
}

/** `caughtUpAt`: everything up to then is stored. Neither goes back. */
export async function moveCursor(
  db: Database,
  botId: string,
  chatId: string,
  to: { cursorAt: Date | undefined; caughtUpAt: Date | undefined },
): Promise<void> {
  const later = (column: SQL | typeof chats.cursorAt | typeof chats.caughtUpAt, at: Date | undefined) =>
    sql`greatest(${column}, ${at?.toISOString() ?? null}::timestamptz)`;
  await db
    .update(chats)
    .set({ cursorAt: later(chats.cursorAt, to.cursorAt), caughtUpAt: later(chats.caughtUpAt, to.caughtUpAt) })
    .where(and(eq(chats.botId, botId), eq(chats.chatId, chatId)));
}

/** By which ids the app knows whoever wrote in the chat, as their latest message that was pushed says. */
export async function knownIds(db: Database, botId: string, chatId: string, senderId: string): Promise<unknown> {
  const [row] = await db
    .select({ ids: sql`${events.payload} #> '{event,sender,sender_id}'` })
    .from(events)
    .where(
      and(
        eq(events.botId, botId),
        eq(events.chatId, chatId),
        eq(events.senderId, senderId),
        ne(events.source, "catchup"),
        isMessage,
      ),
    )
    .orderBy(desc(events.id))
    .limit(1);
  return row?.ids;
}

/** Those of the messages that are stored. */
export async function storedMessages(db: Database, botId: string, messageIds: string[]): Promise<Set<string | null>> {
  if (messageIds.length === 0) return new Set();
  const rows = await db
    .select({ messageId: events.messageId })
    .from(events)
    .where(and(eq(events.botId, botId), isMessage, inArray(events.messageId, messageIds)));
  return new Set(rows.map(({ messageId }) => messageId));
}
