// Reads a message for its bot, and decides whether the bot answers it.

import { behaviorOf } from "@/lib/bots/behavior";
import { findRule } from "@/lib/bots/rule-match";
import type { BotRow } from "@/lib/db/schema";
import { messageOf, personIdsOf } from "@/lib/events/envelope";
import type { ClaimedEvent } from "@/lib/events/inbox";
import { dependsOnMention, type IgnoreReason, ignoreReason } from "@/lib/events/policy";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { mentionsAnybody, type ReadMessage, readMessage } from "@/lib/feishu/message";
import type { Conversation } from "@/lib/responders/conversation";

/** The bot's own name in the group could not be asked for: whether it was mentioned is unknown. */
export class IdentityUnknown extends Error {}

/** What is known of a message, be it the one in hand or one that follows it. */
export type HeardEvent = Pick<
  ClaimedEvent,
  "payload" | "chatType" | "chatId" | "senderId" | "sentAt" | "receivedAt" | "replays"
>;

export async function readForBot(
  event: HeardEvent,
  bot: BotRow,
  { identities }: Pick<AnsweringParts, "identities">,
): Promise<ReadMessage> {
  const message = messageOf(event.payload);
  if (!mentionsAnybody(message)) return readMessage(message, null);
  const openId = await identities.openIdOf(bot).catch((error: unknown) => {
    if (event.replays === 0 && dependsOnMention(bot.policy, event.chatType)) {
      throw new IdentityUnknown("The bot's identity is not known.", { cause: error });
    }
    return null;
  });
  return readMessage(message, openId);
}

/** Undefined: it is answered. */
export async function reasonToIgnore(
  event: HeardEvent,
  bot: BotRow,
  message: ReadMessage,
): Promise<IgnoreReason | undefined> {
  if (!bot.enabled) return "botDisabled";
  if (bot.reply.kind === "none" && !(await findRule(bot, message.text)).rule) return "storeOnly";
  if (event.replays > 0) return undefined;
  return ignoreReason(bot.policy, {
    chatType: event.chatType,
    chatId: event.chatId,
    senderIds: personIdsOf(event.payload),
    senderType: messageOf(event.payload).sender?.sender_type ?? null,
    mentionsBot: message.mentionsBot,
    mentionsAll: message.mentionsAll,
    ageSeconds: event.sentAt === null ? null : (event.receivedAt - event.sentAt) / 1000,
  });
}

/** In a direct chat there is one person, whose conversation is the chat's. */
export function conversationOf({ event, bot }: Pick<Try, "event" | "bot">): Conversation {
  const { thread_id: threadId, root_id: rootId } = messageOf(event.payload).message ?? {};
  const isPersonal = event.chatType !== "p2p" && behaviorOf(bot).memory === "person";
  return {
    chatId: event.chatId ?? "",
    threadId: threadId || null,
    rootId: (threadId && rootId) || null,
    personId: isPersonal ? event.senderId : null,
  };
}
