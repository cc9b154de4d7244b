// The endpoint that tries settings out before they are saved.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { trialSchema } from "@/lib/bots/trial";

export const tryReplyEndpoint = defineEndpoint({
  id: "tryReply",
  method: "POST",
  path: "/api/feishu/bots/{id}/try",
  tag: "bots",
  access: "viewer",
  params: idParams,
  subject: "bot",
  body: trialSchema,
  example: { messages: [{ by: "person", text: "How do I reset my password?" }] },
  contentType: "text/event-stream",
  answer: z.string().meta({
    description:
      "Events named `text` ({ keep, text }: keep that many characters of the text so far, then append text), then one `answer` " +
      "({ messages, silent?, usage?, firstMs?, ms }) or `failed` ({ code, error })",
  }),
  errors: [403, 429],
});
