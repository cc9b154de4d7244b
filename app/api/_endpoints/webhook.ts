// The endpoint that Feishu itself calls.
import { z } from "zod";
import { defineEndpoint } from "@/app/api/_http/endpoint";

export const receiveWebhookEndpoint = defineEndpoint({
  id: "receiveWebhook",
  method: "POST",
  path: "/api/feishu/webhook/{appId}",
  tag: "webhook",
  access: "everybody",
  params: z.object({ appId: z.string() }),
  rawBody: z
    .looseObject({ encrypt: z.string().optional().meta({ description: "Present if the bot has an Encrypt Key" }) })
    .meta({ description: "An event or a url_verification challenge, as sent by Feishu" }),
  answer: z.looseObject({
    challenge: z.string().optional().meta({ description: "Response to a challenge" }),
    toast: z.looseObject({}).optional().meta({ description: "Response to a card button" }),
  }),
  errors: [400, 403, 404, 413, 429, 503],
});
