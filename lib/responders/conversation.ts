// Which conversation a message belongs to, and what of it is forgotten: the chat's, a thread's, or in a group each person's own.
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { conversations } from "@/lib/db/schema";

export type Conversation = {
  /** Empty while it is not known. */
  chatId: string;
  threadId: string | null;
  /** The message that the thread hangs on. */
  rootId: string | null;
  /** Where each person in a group has a conversation of their own. */
  personId: string | null;
};

export const conversationKey = ({ chatId, threadId, personId }: Conversation): string =>
  [chatId, threadId ?? "", personId ?? ""].join(" ").trimEnd();

/** The condition for the messages of the conversation, over a row of `events`. */
export function belongsTo({ threadId, rootId, personId }: Conversation, alias: string): SQL {
  const column = (name: string) => sql.raw(`${alias}.${name}`);
  const thread = sql`${column("payload")} #>> '{event,message,thread_id}'`;
  const place = threadId
    ? sql`(${thread} = ${threadId} or ${column("message_id")} = ${rootId ?? ""})`
    : sql`coalesce(${thread}, '') = ''`;
  return personId ? sql`(${place} and ${column("sender_id")} = ${personId})` : place;
}

/** From here on nothing that came before the event is remembered. */
export async function beginAfresh(
  db: Database,
  botId: string,
  conversation: Conversation,
  eventId: number,
): Promise<void> {
  await db
    .insert(conversations)
    .values({ botId, key: conversationKey(conversation), freshAfter: eventId })
    .onConflictDoUpdate({
      target: [conversations.botId, conversations.key],
      set: { freshAfter: sql`greatest(${conversations.freshAfter}, excluded.fresh_after)` },
    });
}

/** The event after which the conversation began; 0: it was never begun anew. */
export const freshAfter = (botId: string, conversation: Conversation): SQL =>
  sql`(select coalesce(max(fresh_after), 0) from conversations
    where bot_id = ${botId} and key = ${conversationKey(conversation)})`;
