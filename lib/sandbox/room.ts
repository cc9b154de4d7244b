// What a person does on the sandbox page: read the chats of a bot, write to it, scan a QR code, and disturb its connection.
import { z } from "zod";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { SandboxMessage } from "@/lib/sandbox/views";

const roomMessageSchema = z.object({
  messageId: z.string(),
  at: z.iso.datetime(),
  fromBot: z.boolean(),
  sender: z.string(),
  /** Null for anything but text; then `messageType` says what it is. */
  text: z.string().nullable(),
  messageType: z.string(),
  content: z.string().meta({ description: "As Feishu carries it: a JSON string" }),
  card: z.unknown().optional().meta({ description: "The card as it looks at this moment" }),
  replyTo: z.string().optional(),
  recalled: z.boolean(),
});

export const roomChatSchema = z.object({
  chatId: z.string(),
  kind: z.enum(["direct", "group"]),
  title: z.string(),
  messages: z.array(roomMessageSchema),
});
export type RoomChat = z.infer<typeof roomChatSchema>;

export const ROOM_FAULTS = ["drop", "silence", "refuse", "heal"] as const;
export type RoomFault = (typeof ROOM_FAULTS)[number];

const DEFAULT_PERSON = "Wang Fang";
const GROUP_PEOPLE = [DEFAULT_PERSON, "Li Lei"];

/** The direct chat and the group that every sandbox bot has, and whatever else there is, with their messages. */
export function chatsOfBot(cloud: SandboxCloud, appId: string, botName: string): RoomChat[] {
  cloud.directChat(appId, DEFAULT_PERSON);
  cloud.group(groupName(appId), { apps: [appId], people: GROUP_PEOPLE });
  return cloud.chatsOf(appId).map((chat) => ({
    chatId: chat.chatId,
    kind: chat.kind === "p2p" ? ("direct" as const) : ("group" as const),
    title: chat.kind === "p2p" ? chat.name : `${botName}, ${GROUP_PEOPLE.join(", ")}`,
    messages: cloud.messages(chat.chatId).map(showMessage),
  }));
}

// One group a bot: people of one owner's bot must not read what another's hears.
const groupName = (appId: string) => `group of ${appId}`;

function showMessage(message: SandboxMessage): RoomChat["messages"][number] {
  return {
    messageId: message.messageId,
    at: new Date(message.createTime).toISOString(),
    fromBot: message.sender.kind === "bot",
    sender: message.sender.name,
    text: message.text ?? null,
    messageType: message.messageType,
    content: message.content,
    ...(message.card === undefined ? {} : { card: message.card }),
    ...(message.parentId ? { replyTo: message.parentId } : {}),
    recalled: message.recalled,
  };
}

export type RoomSaying = {
  appId: string;
  /** Without it: the direct chat of the person. */
  chatId?: string | undefined;
  person?: string | undefined;
  text: string;
  mentionBot?: boolean | undefined;
};

/** Undefined when the bot is in no such chat. */
export function sayInRoom(
  cloud: SandboxCloud,
  saying: RoomSaying,
): { messageId: string; eventId: string; chatId: string } | undefined {
  const from = saying.person ?? DEFAULT_PERSON;
  const chatId = saying.chatId ?? cloud.directChat(saying.appId, from).chatId;
  if (!cloud.chatsOf(saying.appId).some((chat) => chat.chatId === chatId)) return undefined;
  const mentions = saying.mentionBot ? (["bot"] as const) : [];
  const said = cloud.say({ appId: saying.appId, chatId, from, text: saying.text, mentions: [...mentions] });
  return { ...said, chatId };
}

/** False when the code is not known any more. */
export function scanInRoom(cloud: SandboxCloud, link: string, agrees: boolean): boolean {
  const userCode = new URL(link).searchParams.get("user_code");
  if (!cloud.registrations.list().some((code) => code.userCode === userCode && code.state === "pending")) return false;
  cloud.registrations.scan(link, DEFAULT_PERSON, { refuse: !agrees });
  return true;
}

/** "drop" cuts the sockets, "silence" makes them half-open, "refuse" refuses new ones; "heal" ends all of it. */
export function disturb(cloud: SandboxCloud, appId: string, fault: RoomFault): void {
  if (fault === "drop") cloud.cut(appId, "reset");
  if (fault === "silence") cloud.silence(appId, "half-open");
  if (fault === "refuse") {
    cloud.faults.add({ on: "handshake", as: "refuse", appId, httpStatus: 503 });
    cloud.cut(appId, "close");
  }
  if (fault === "heal") {
    cloud.faults.clear(appId);
    cloud.silence(appId, undefined);
  }
}
