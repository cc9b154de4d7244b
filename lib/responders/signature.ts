// Signs a call as Standard Webhooks describes it, so that the service can tell that it comes from Larkspur.
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** The bytes of a secret: those that the base64 after `whsec_` stands for, or of any other text its UTF-8. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret, "utf8");

/** The headers of one call. Without a secret it is not signed. */
export function webhookHeaders(
  secret: string | undefined,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (!secret) return headers;
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { ...headers, "webhook-signature": `v1,${signature}` };
}
