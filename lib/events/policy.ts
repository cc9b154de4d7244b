// Decides whether an event is answered, and if not, why not.
import type { Policy } from "@/lib/db/documents";

/** The event that is answered; of the others a few have something said or done, and all are stored. */
export const MESSAGE_RECEIVED = "im.message.receive_v1";

/** Somebody pressed a button of a card: answered where it arrives, for there is no time to lose. */
export const CARD_ACTION = "card.action.trigger";

/** Feishu sends it to store apps alone, once an hour. */
export const APP_TICKET = "app_ticket";

/** Each word is a key below `reasons.event` in the text catalogs. */
export type IgnoreReason =
  | "notMessage"
  | "unknownButton"
  | "botDisabled"
  | "storeOnly"
  | "fromBot"
  | "tooOld"
  | "directMessagesOff"
  | "senderNotAllowed"
  | "groupsOff"
  | "chatNotAllowed"
  | "notMentioned"
  | "onlyMentionAll"
  | "identityUnknown"
  | "nothingToAnswer"
  | "silenced"
  | "quietHours"
  | "merged"
  | "stopped"
  | "recalled"
  | "menuUnknown"
  | "welcomedBefore"
  | "storeApp";

export type Incoming = {
  chatType: string | null;
  chatId: string | null;
  /** Every id by which the app knows the sender. */
  senderIds: readonly string[];
  senderType: string | null;
  mentionsBot: boolean;
  mentionsAll: boolean;
  /** From the message's `create_time` to its receipt; null where Feishu did not say. */
  ageSeconds: number | null;
};

/** Undefined: it is answered. */
export function ignoreReason(policy: Policy, message: Incoming): IgnoreReason | undefined {
  // Feishu's other values are "app", "anonymous" and "unknown": bots must not answer each other.
  if (message.senderType !== null && message.senderType !== "user") return "fromBot";
  if (message.ageSeconds !== null && message.ageSeconds > policy.ignoreOlderThanSeconds) return "tooOld";
  if (message.chatType === "p2p") return directRefusal(policy, message);
  // Where it is not known to be a group it may be a direct chat, which a stranger must not open by this.
  return groupReason(policy, message) ?? (isGroup(message) ? undefined : directRefusal(policy, message));
}

const isGroup = ({ chatType }: Incoming): boolean => chatType === "group" || chatType === "topic_group";

/** Undefined: the bot talks to the person. */
export function directRefusal(policy: Policy, { senderIds }: Pick<Incoming, "senderIds">): IgnoreReason | undefined {
  if (policy.directMessages === "none") return "directMessagesOff";
  if (policy.directMessages === "allowlist" && !senderIds.some((id) => policy.allowSenders.includes(id))) {
    return "senderNotAllowed";
  }
  return undefined;
}

function groupReason(
  policy: Policy,
  message: Pick<Incoming, "chatId" | "mentionsBot" | "mentionsAll">,
): IgnoreReason | undefined {
  switch (policy.groups) {
    case "none":
      return "groupsOff";
    case "all":
      return undefined;
    case "allowlist":
      return message.chatId !== null && policy.allowChats.includes(message.chatId) ? undefined : "chatNotAllowed";
    case "mention":
      if (message.mentionsBot || (message.mentionsAll && policy.answerMentionAll)) return undefined;
      return message.mentionsAll ? "onlyMentionAll" : "notMentioned";
  }
}

/** Undefined: the bot talks in the group, to whom is another question. */
export const groupRefusal = (policy: Policy, group: Pick<Incoming, "chatId">): IgnoreReason | undefined =>
  policy.groups === "none" || policy.groups === "allowlist"
    ? groupReason(policy, { ...group, mentionsBot: true, mentionsAll: false })
    : undefined;

/** Whether it matters who was mentioned. */
export const dependsOnMention = (policy: Policy, chatType: string | null): boolean =>
  chatType !== "p2p" && policy.groups === "mention";
