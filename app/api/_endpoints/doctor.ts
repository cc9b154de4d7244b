// The endpoints that look a bot over, and credentials before there is one.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { appCheckSchema, typedCredentialsSchema } from "@/lib/doctor/check-app";
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

export const checkCredentialsEndpoint = defineEndpoint({
  id: "checkCredentials",
  method: "POST",
  path: "/api/feishu/credentials/check",
  tag: "bots",
  access: "viewer",
  body: typedCredentialsSchema,
  example: { appId: "cli_a1b2c3d4e5f60718", appSecret: "your-app-secret" },
  answer: appCheckSchema,
  errors: [403],
});
