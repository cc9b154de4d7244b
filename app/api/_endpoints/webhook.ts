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
    .looseObject({ encrypt: z.string().optional().meta({ description: "Where the bot has an Encrypt Key" }) })
    .meta({ description: "An event or a url_verification challenge, in the form that Feishu sends" }),
  answer: z.looseObject({
    challenge: z.string().optional().meta({ description: "The answer to a challenge" }),
    toast: z.looseObject({}).optional().meta({ description: "The answer to a pressed button of a card" }),
  }),
  errors: [400, 403, 404, 413, 429, 503],
});
