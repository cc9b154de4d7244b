// Brings an answer into the chat: each of its messages once, whatever was sent by an earlier try.
import { eq } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { replies } from "@/lib/db/schema";
import { type AnsweringParts, replyRow, type Try, uuidOf } from "@/lib/events/try";
import { deliver, type MessageContent, messagesOf, type Target } from "@/lib/feishu/sender";

export async function sendAnswer(
  work: Try,
  parts: AnsweringParts,
  target: Target,
  contents: MessageContent[],
): Promise<void> {
  const { event, bot, lease } = work;
  const api = await parts.apis.of(bot);
  const alreadySent = event.attempts > 1 ? await sentUuids(parts.db, event.id) : new Set<string>();
  for (const [part, { text, ...message }] of contents.flatMap(messagesOf).entries()) {
    const uuid = uuidOf(event, "answer", part);
    if (alreadySent.has(uuid)) continue;
    await lease.requireHeld();
    const sent = await deliver(api, target, { ...message, uuid });
    work.learnChat(sent.chatId);
    work.replies.push(replyRow(event, "answer", uuid, sent.messageId, text));
    work.trace.add("replied");
  }
}

async function sentUuids(db: Database, eventId: number): Promise<Set<string>> {
  const rows = await db.select({ uuid: replies.uuid }).from(replies).where(eq(replies.eventId, eventId));
  return new Set(rows.map((row) => row.uuid));
}
