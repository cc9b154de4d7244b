// The endpoints behind the sandbox page: a simulated Feishu to try a bot without an account.
import { z } from "zod";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { ROOM_FAULTS, roomChatSchema } from "@/lib/sandbox/room";

const tag = "sandbox";
const botId = z.string().min(1).max(200);

export const listSandboxChatsEndpoint = defineEndpoint({
  id: "listSandboxChats",
  method: "GET",
  path: "/api/sandbox/chats",
  tag,
  access: "viewer",
  query: z.strictObject({ botId }),
  answer: z.object({ chats: z.array(roomChatSchema) }),
  errors: [404, 409],
});

export const writeSandboxMessageEndpoint = defineEndpoint({
  id: "writeSandboxMessage",
  method: "POST",
  path: "/api/sandbox/messages",
  tag,
  access: "viewer",
  body: z.strictObject({
    botId,
    chatId: z.string().min(1).max(200).optional(),
    person: z.string().trim().min(1).max(60).optional(),
    text: z.string().min(1).max(20_000),
    mentionBot: z.boolean().optional(),
  }),
  status: 201,
  answer: z.object({ messageId: z.string(), eventId: z.string(), chatId: z.string() }),
  errors: [404, 409],
});

export const disturbSandboxEndpoint = defineEndpoint({
  id: "disturbSandbox",
  method: "POST",
  path: "/api/sandbox/faults",
  tag,
  access: "viewer",
  body: z.strictObject({ botId, fault: z.enum(ROOM_FAULTS) }),
  answer: z.object({ success: z.literal(true) }),
  errors: [404, 409],
});

export const scanSandboxCodeEndpoint = defineEndpoint({
  id: "scanSandboxCode",
  method: "POST",
  path: "/api/sandbox/scans",
  tag,
  access: "viewer",
  body: z.strictObject({ registrationId: z.string().min(1).max(200), agree: z.boolean() }),
  answer: z.object({ success: z.literal(true) }),
  errors: [404, 409],
});
