// The endpoints that read and change bots.
import { z } from "zod";
import { idParams, nextCursor, pageQuery } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { proxySchema } from "@/lib/bots/proxy";
import { botSchema, createBotSchema, updateBotSchema } from "@/lib/bots/schemas";
import { proxyTestSchema } from "@/lib/doctor/test-proxy";

const tag = "bots";
const path = "/api/feishu/bots";

export const listBotsEndpoint = defineEndpoint({
  id: "listBots",
  method: "GET",
  path,
  tag,
  access: "viewer",
  query: pageQuery.extend({
    owner: z.literal("me").optional().meta({ description: "For administrators: only the caller's own" }),
  }),
  answer: z.object({ bots: z.array(botSchema), nextCursor }),
});

export const createBotEndpoint = defineEndpoint({
  id: "createBot",
  method: "POST",
  path,
  tag,
  access: "viewer",
  body: createBotSchema,
  example: { name: "IT Service", appId: "cli_a1b2c3d4e5f60718", appSecret: "your-app-secret" },
  status: 201,
  answer: botSchema,
  errors: [403, 409],
});

export const getBotEndpoint = defineEndpoint({
  id: "getBot",
  method: "GET",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: botSchema,
});

export const updateBotEndpoint = defineEndpoint({
  id: "updateBot",
  method: "PATCH",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  body: updateBotSchema,
  example: { name: "IT Service", policy: { groups: "mention" } },
  answer: botSchema,
  errors: [403, 409],
});

export const deleteBotEndpoint = defineEndpoint({
  id: "deleteBot",
  method: "DELETE",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "bot",
  status: 204,
});

export const testProxyEndpoint = defineEndpoint({
  id: "testProxy",
  method: "POST",
  path: `${path}/{id}/proxy/test`,
  tag,
  access: "admin",
  params: idParams,
  subject: "bot",
  body: z.strictObject({ proxy: proxySchema.optional() }).meta({ id: "TestProxy" }),
  example: { proxy: "http://user:password@proxy.example.com:8080" },
  answer: proxyTestSchema,
});
