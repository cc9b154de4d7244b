// Reads from the form how a bot replies.
import type { ReplyChange } from "@/lib/bots/reply";

export const AI_DEFAULTS = { historyMessages: 20, timeoutSeconds: 60 };

/** What the form says of a model; an empty field takes the value away, or begins anew with the usual one. */
export function aiChange(form: FormData): ReplyChange {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const number = (name: string) => (text(name) === "" ? null : Number(text(name)));
  return {
    modelId: text("modelId"),
    fallbackModelId: text("fallbackModelId") || null,
    systemPrompt: text("systemPrompt") || null,
    historyMessages: number("historyMessages") ?? AI_DEFAULTS.historyMessages,
    timeoutSeconds: number("timeoutSeconds") ?? AI_DEFAULTS.timeoutSeconds,
    stream: form.get("stream") === "on",
    temperature: number("temperature"),
    maxTokens: number("maxTokens"),
  };
}

/** What the form says of a service of one's own. A secret that is not being replaced is not in it. */
export const httpChange = (form: FormData): ReplyChange => ({
  url: String(form.get("url")).trim(),
  timeoutSeconds: Number(form.get("timeoutSeconds")),
  protocol: (form.get("protocol") || null) as ReplyChange["protocol"],
  mentionAll: form.get("mentionAll") === "on" || null,
  agentId: form.get("agentId") ? String(form.get("agentId")).trim() : null,
  ...(form.has("secret") ? { secret: String(form.get("secret")) } : {}),
});
