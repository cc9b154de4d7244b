// The endpoint that looks a bot over.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { checkSchema } from "@/lib/doctor/telling";

export const checkBotEndpoint = defineEndpoint({
  id: "checkBot",
  method: "POST",
  path: "/api/feishu/bots/{id}/check",
  tag: "bots",
  access: "viewer",
  params: idParams,
  subject: "bot",
  answer: z.object({ ok: z.boolean(), checks: z.array(checkSchema) }),
});
