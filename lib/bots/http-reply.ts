// A reply that a service of one's own writes: how what is entered for it is checked.
import { z } from "zod";
import { troubleOfUrl } from "@/lib/address-trouble";
import type { HttpReply } from "@/lib/db/documents";
import { AppError } from "@/lib/errors";

function isServiceUrl(text: string): boolean {
  // Without the slashes the parser would put them in itself.
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return !username && !password;
}

/** A text of one's own, or what Standard Webhooks writes: whsec_ and the key in base64. */
const isSigningSecret = (text: string): boolean =>
  !text.startsWith("whsec_") || /^[A-Za-z0-9+/]{2,}={0,2}$/.test(text.slice("whsec_".length));

export const httpFields = {
  url: z
    .string()
    .trim()
    .max(2_000)
    .refine(isServiceUrl, { error: "fields.serviceUrl" })
    .transform((value) => (isServiceUrl(value) ? new URL(value).href.replace(/#.*$/, "") : value))
    .meta({
      description:
        "Where each message is sent with POST. Addresses inside the network are for administrators to enter, link-local ones for nobody.",
      type: "string",
    }),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .meta({ description: "Within this time the answer must be whole; of a stream, each next part of it there" }),
  protocol: z.enum(["dify", "coze", "n8n"]).meta({
    description:
      "Of a service whose protocol is known: the url is then Dify's or Coze's base address, or the webhook of a workflow of n8n's, and the secret its key. Left out: Larkspur's own",
  }),
  agentId: z.string().trim().min(1).max(100).meta({ description: "Of Coze: the id of the bot that answers" }),
  mentionAll: z.boolean().meta({
    description:
      'Whether the service\'s texts and cards can mention everyone in a group (`<at user_id="all">`). Left out: they may not',
  }),
};

export const httpReply = z
  .strictObject({
    kind: z.literal("http"),
    url: httpFields.url,
    timeoutSeconds: httpFields.timeoutSeconds.default(30),
    protocol: httpFields.protocol.optional(),
    agentId: httpFields.agentId.optional(),
    mentionAll: httpFields.mentionAll.optional(),
  })
  .refine(({ protocol, agentId }) => protocol !== "coze" || agentId !== undefined, {
    path: ["agentId"],
    error: "fields.required",
  });

export const signingSecretSchema = z
  .string()
  .trim()
  .max(512)
  .refine(isSigningSecret, { error: "fields.signingSecret" })
  .nullable()
  .meta({
    description:
      "Of the kind http: signs each call as Standard Webhooks describes it. whsec_ with a key in base64, or any text. Never shown. null or an empty string removes it; without one calls are not signed.",
  });

/** Refuses a service that somebody may not enter, as far as the address itself tells. */
export function refuseService(reply: HttpReply, isAdmin: boolean): void {
  const service = new URL(reply.url);
  const trouble = troubleOfUrl(service);
  const params = { host: service.host };
  if (trouble === "never") {
    const fields = [{ path: "reply.url", message: "fields.addressNever" }];
    throw new AppError("invalid_input", "bot.serviceNever", { params, fields });
  }
  if (trouble === "private" && !isAdmin) throw new AppError("forbidden", "bot.serviceForAdmins", { params });
}
