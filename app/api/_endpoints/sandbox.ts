// The endpoints behind the sandbox page: a simulated Feishu to try a bot without an account.
import { z } from "zod";
import { aliveSchema } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { ROOM_FAULTS, roomPersonSchema, roomSchema } from "@/lib/sandbox/room-shapes";

const common = { tag: "sandbox", access: "viewer" as const, errors: [404, 409] };
const id = z.string().min(1).max(200);
const botId = id;
const person = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .optional()
  .meta({ description: "A name or open_id. Default: Wang Fang" });
const exampleBot = "3f6c1a52-8f0e-4f6b-9d0a-2c4b7e91d805";
const exampleMessage = "om_dc13264520392913993dd051dba21dcf";
const success = z.object({ success: z.literal(true) });

export const listSandboxChatsEndpoint = defineEndpoint({
  ...common,
  id: "listSandboxChats",
  method: "GET",
  path: "/api/sandbox/chats",
  query: z.strictObject({ botId }),
  answer: roomSchema,
});

export const watchSandboxEndpoint = defineEndpoint({
  ...common,
  id: "watchSandbox",
  method: "GET",
  path: "/api/sandbox/stream",
  query: z.strictObject({ botId, alive: aliveSchema }),
  contentType: "text/event-stream",
  answer: z.string().meta({
    description:
      "Events named `all` (as returned by listSandboxChats), then `message` (new or changed) and `room` " +
      "(everything except messages)",
  }),
  errors: [404, 409, 429],
});

export const createSandboxChatEndpoint = defineEndpoint({
  ...common,
  id: "createSandboxChat",
  method: "POST",
  path: "/api/sandbox/chats",
  body: z.strictObject({
    botId,
    name: z.string().trim().min(1).max(60),
    people: z.array(id).min(1).max(30),
    isTopic: z.boolean().optional(),
  }),
  example: { botId: exampleBot, name: "IT support", people: ["Wang Fang"] },
  status: 201,
  answer: z.object({ chatId: z.string() }),
});

export const writeSandboxMessageEndpoint = defineEndpoint({
  ...common,
  id: "writeSandboxMessage",
  method: "POST",
  path: "/api/sandbox/messages",
  body: z
    .strictObject({
      botId,
      chatId: id.optional(),
      person,
      text: z.string().min(1).max(20_000).optional(),
      attachment: id.optional().meta({ description: "The key of an upload, sent instead of text" }),
      forward: z
        .array(id)
        .min(1)
        .max(100)
        .optional()
        .meta({ description: "Messages from the bot's chats, sent as one merged forward instead of text" }),
      mentionBot: z.boolean().optional(),
      mentionAll: z.boolean().optional(),
      replyTo: id.optional(),
      inThread: z.boolean().optional(),
    })
    .refine((body) => [body.text, body.attachment, body.forward].filter((each) => each !== undefined).length === 1, {
      path: ["text"],
      error: "fields.oneSaying",
    }),
  example: { botId: exampleBot, text: "How do I reset my password?" },
  status: 201,
  answer: z.object({ messageId: z.string(), eventId: z.string(), chatId: z.string() }),
});

export const uploadToSandboxEndpoint = defineEndpoint({
  ...common,
  id: "uploadToSandbox",
  method: "POST",
  path: "/api/sandbox/uploads",
  query: z.strictObject({
    botId,
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .meta({ examples: ["report.pdf"] }),
  }),
  rawBody: z.string().meta({ format: "binary", description: "The file content, up to 10 MiB" }),
  bodyType: "application/octet-stream",
  status: 201,
  answer: z.object({ key: z.string(), kind: z.enum(["image", "file"]) }),
  errors: [404, 409, 413],
});

export const getSandboxResourceEndpoint = defineEndpoint({
  ...common,
  id: "getSandboxResource",
  method: "GET",
  path: "/api/sandbox/resources",
  query: z.strictObject({ botId, key: id.meta({ examples: ["img_v3_02ab_7f0e"] }) }),
  contentType: "application/octet-stream",
  answer: z.string().meta({ format: "binary" }),
});

export const reactInSandboxEndpoint = defineEndpoint({
  ...common,
  id: "reactInSandbox",
  method: "POST",
  path: "/api/sandbox/reactions",
  body: z.strictObject({
    botId,
    messageId: id,
    person,
    emoji: z.string().regex(/^[A-Za-z0-9_]{1,40}$/),
    remove: z.boolean().optional(),
  }),
  example: { botId: exampleBot, messageId: exampleMessage, emoji: "THUMBSUP" },
  answer: success,
});

export const recallInSandboxEndpoint = defineEndpoint({
  ...common,
  id: "recallInSandbox",
  method: "POST",
  path: "/api/sandbox/recalls",
  body: z.strictObject({ botId, messageId: id }),
  example: { botId: exampleBot, messageId: exampleMessage },
  answer: success,
});

const cardActionSchema = z.strictObject({
  tag: z.string().max(60),
  value: z.unknown().optional(),
  name: z.string().max(200).optional(),
  option: z.string().max(1_000).optional(),
  options: z.array(z.string().max(1_000)).max(200).optional(),
  checked: z.boolean().optional(),
  input_value: z.string().max(10_000).optional(),
  form_value: z.record(z.string(), z.unknown()).optional(),
});

export const pressInSandboxEndpoint = defineEndpoint({
  ...common,
  id: "pressInSandbox",
  method: "POST",
  path: "/api/sandbox/clicks",
  body: z.strictObject({ botId, messageId: id, person, action: cardActionSchema }),
  example: { botId: exampleBot, messageId: exampleMessage, action: { tag: "button", value: { larkspur: "stop" } } },
  answer: z.object({
    ok: z.boolean().meta({ description: "False if the bot did not respond in time or returned an error" }),
    eventId: z.string(),
    toast: z.unknown().optional(),
  }),
});

export const visitInSandboxEndpoint = defineEndpoint({
  ...common,
  id: "visitInSandbox",
  method: "POST",
  path: "/api/sandbox/visits",
  body: z.strictObject({ botId, person }),
  example: { botId: exampleBot, person: "Wang Fang" },
  answer: success,
});

export const chooseMenuInSandboxEndpoint = defineEndpoint({
  ...common,
  id: "chooseMenuInSandbox",
  method: "POST",
  path: "/api/sandbox/menu",
  body: z.strictObject({ botId, person, eventKey: z.string().min(1).max(200) }),
  example: { botId: exampleBot, eventKey: "new" },
  answer: success,
});

export const addSandboxPersonEndpoint = defineEndpoint({
  ...common,
  id: "addSandboxPerson",
  method: "POST",
  path: "/api/sandbox/people",
  body: z.strictObject({ botId, name: z.string().trim().min(1).max(40) }),
  example: { botId: exampleBot, name: "Li Wei" },
  status: 201,
  answer: roomPersonSchema,
});

export const setSandboxMemberEndpoint = defineEndpoint({
  ...common,
  id: "setSandboxMember",
  method: "POST",
  path: "/api/sandbox/members",
  body: z.strictObject({ botId, chatId: id, person, inside: z.boolean() }),
  example: { botId: exampleBot, chatId: "oc_5ad11d72b830411d72b836c20", person: "Li Wei", inside: true },
  answer: success,
});

export const disturbSandboxEndpoint = defineEndpoint({
  ...common,
  id: "disturbSandbox",
  method: "POST",
  path: "/api/sandbox/faults",
  body: z.strictObject({
    botId,
    fault: z.enum(ROOM_FAULTS),
    end: z.boolean().optional().meta({ description: "End the fault instead of starting it" }),
  }),
  example: { botId: exampleBot, fault: "drop" },
  answer: success,
});

export const scanSandboxCodeEndpoint = defineEndpoint({
  ...common,
  id: "scanSandboxCode",
  method: "POST",
  path: "/api/sandbox/scans",
  body: z.strictObject({ registrationId: z.string().min(1).max(200), agree: z.boolean() }),
  example: { registrationId: "0c9c5f8e-6b6e-4d6f-a1a8-3a8a5e0f4b12", agree: true },
  answer: success,
});
