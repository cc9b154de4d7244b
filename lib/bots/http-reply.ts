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
        "URL that each message is sent to with POST. Only administrators can enter private network addresses. Link-local addresses are never allowed",
      type: "string",
    }),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .meta({ description: "Time limit for the complete answer or, for a stream, for each next chunk" }),
  protocol: z.enum(["dify", "coze", "n8n"]).meta({
    description:
      "Call a known service: url is then the base URL of Dify or Coze, or the webhook URL of an n8n workflow, and secret is its key. Omitted: Larkspur's own protocol",
  }),
  agentId: z.string().trim().min(1).max(100).meta({ description: "For Coze: the ID of the bot that answers" }),
  mentionAll: z.boolean().meta({
    description:
      'Whether the service\'s texts and cards can mention everyone in a group (`<at user_id="all">`). Omitted: no',
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
      "For kind http: signs each call according to Standard Webhooks. whsec_ followed by a Base64 key, or any text. Never returned. null or an empty string removes it, and calls are then not signed",
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
