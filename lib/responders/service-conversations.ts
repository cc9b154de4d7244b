// What a service that keeps conversations itself calls them: remembered for each place, begun anew where somebody asked for it.
import { createHash } from "node:crypto";
import { and, eq, lt, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import type { HttpReply } from "@/lib/db/documents";
import { serviceConversations } from "@/lib/db/schema";
import { conversationKey } from "@/lib/responders/conversation";
import type { Question } from "@/lib/responders/responder";

const KEPT_DAYS = 180;

export type RememberedConversation = {
  /** The same for the same service and place as long as nobody began anew. */
  key: string;
  id: string | undefined;
};

/** Undefined `id`: the service begins a new one. */
export async function findConversation(
  db: Database,
  botId: string,
  reply: HttpReply,
  question: Question,
): Promise<RememberedConversation> {
  const place = conversationKey(question.conversation);
  const [fresh] = await queryRows<{ after: number | string }>(
    db,
    sql`select coalesce(max(fresh_after), 0) as after from conversations
      where bot_id = ${botId} and key = ${place} and fresh_after < ${question.eventId}`,
  );
  const { protocol, url, agentId } = reply;
  const identity = JSON.stringify([protocol, url, agentId ?? null, place, Number(fresh?.after ?? 0)]);
  const key = createHash("sha256").update(identity).digest("base64url");
  const [known] = await db
    .select({ id: serviceConversations.conversationId })
    .from(serviceConversations)
    .where(and(eq(serviceConversations.botId, botId), eq(serviceConversations.key, key)));
  return { key, id: known?.id };
}

export async function rememberConversation(
  db: Database,
  botId: string,
  key: string,
  conversationId: string,
): Promise<void> {
  await db
    .insert(serviceConversations)
    .values({ botId, key, conversationId })
    .onConflictDoUpdate({
      target: [serviceConversations.botId, serviceConversations.key],
      set: { conversationId, usedAt: sql`now()` },
    });
  await db
    .delete(serviceConversations)
    .where(
      and(
        eq(serviceConversations.botId, botId),
        lt(serviceConversations.usedAt, sql`now() - make_interval(days => ${KEPT_DAYS})`),
      ),
    );
}
