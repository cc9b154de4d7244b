// What the sandbox page shows of a bot's chats, as the API gives it out.
import { z } from "zod";

const forwardedSchema = z.object({ sender: z.string(), messageType: z.string(), text: z.string().optional() });
const reactionSchema = z.object({ emoji: z.string(), by: z.array(z.string()) });

export const roomMessageSchema = z.object({
  messageId: z.string(),
  chatId: z.string(),
  at: z.iso.datetime(),
  fromBot: z.boolean(),
  sender: z.string(),
  /** Null for anything but text; then `messageType` says what it is. */
  text: z.string().nullable(),
  messageType: z.string(),
  content: z.string().meta({ description: "A JSON string, as in Feishu's API" }),
  card: z.unknown().optional().meta({ description: "The card in its current state" }),
  forwarded: z.array(forwardedSchema).optional().meta({ description: "The messages in a merged forward" }),
  replyTo: z.string().optional(),
  threadId: z.string().optional(),
  reactions: z.array(reactionSchema),
  edited: z.boolean(),
  recalled: z.boolean(),
  eventId: z
    .string()
    .optional()
    .meta({ description: "The event in which the bot received it, if a person wrote it here" }),
  fileLost: z.boolean().optional().meta({ description: "The file it refers to is no longer stored" }),
});
export type RoomMessage = z.infer<typeof roomMessageSchema>;

const chatHeadSchema = z.object({
  chatId: z.string(),
  kind: z.enum(["direct", "group"]),
  title: z.string(),
  isTopic: z.boolean(),
  hasBot: z.boolean(),
  people: z.array(z.string()),
});

export const roomChatSchema = chatHeadSchema.extend({ messages: z.array(roomMessageSchema) });
export type RoomChat = z.infer<typeof roomChatSchema>;

export const roomPersonSchema = z.object({
  openId: z.string(),
  name: z.string(),
  chineseName: z.string().optional(),
});
export type RoomPerson = z.infer<typeof roomPersonSchema>;

export const ROOM_FAULTS = [
  ...(["drop", "silence", "refuse", "credentials", "busy", "limit"] as const),
  ...(["slow", "loseAck", "repeat", "repeatMessage"] as const),
  ...(["slowApi", "loseAnswer", "rateLimit", "apiDown", "cardRefusal", "tokenExpiry", "heal"] as const),
];
export type RoomFault = (typeof ROOM_FAULTS)[number];

const countsSchema = z.object({
  written: z.int().meta({ description: "Messages people sent to the bot here" }),
  received: z.int().meta({ description: "Messages the bot acknowledged" }),
  answered: z.int().meta({ description: "Messages the bot answered" }),
  answeredTwice: z.int().meta({ description: "Messages the bot answered more than once with the same answer" }),
  repeated: z.int().meta({ description: "Repeated pushes of an event" }),
});

export const roomHeadSchema = z.object({
  chats: z.array(chatHeadSchema),
  people: z.array(roomPersonSchema),
  faults: z.array(z.object({ fault: z.enum(ROOM_FAULTS), at: z.iso.datetime(), hits: z.int() })),
  counts: countsSchema,
});
export type RoomHead = z.infer<typeof roomHeadSchema>;

export const roomSchema = roomHeadSchema.extend({ chats: z.array(roomChatSchema) });
