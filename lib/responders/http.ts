// Has a service of one's own answer: tells it about the message, and reads what it says.
import { openBotSecret } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import { serviceOf } from "@/lib/bots/reach";
import type { HttpReply } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import { withoutCallToAll } from "@/lib/responders/http-answer";
import { callService, type Service } from "@/lib/responders/http-call";
import { historyBefore } from "@/lib/responders/http-history";
import { callIdOf, payloadOf } from "@/lib/responders/http-payload";
import { askKnownService } from "@/lib/responders/known-services";
import type { Answer, Responder, ResponderParts } from "@/lib/responders/responder";
import { withFoldedThoughts } from "@/lib/responders/service-thoughts";
import type { Sealer } from "@/lib/sealing";

export const http = (reply: HttpReply, { db, sealer, secret, insideServices }: ResponderParts): Responder =>
  withFoldedThoughts(async (question, context) => {
    const allowed = (answer: Answer): Answer =>
      reply.mentionAll ? answer : { ...answer, messages: withoutCallToAll(answer.messages) };
    const bot = await getBotRow(db, question.botId);
    if (!bot) throw new Error("The bot is gone.");
    const inside = insideServices ?? bot.insideServices;
    const service = { ...openService(sealer, bot, reply, inside), ...unsaved(secret) };
    if (reply.protocol) return allowed(await askKnownService(db, { reply, service, bot, question }, context));
    const [history, belongings] = await Promise.all([historyBefore(db, question), question.belongings?.("names")]);
    const body = JSON.stringify(payloadOf(question, bot, history, belongings));
    const { answer } = await callService(service, { id: callIdOf(question), body }, context);
    return allowed(answer);
  });

const unsaved = (secret: string | null | undefined) => (secret === undefined ? {} : { secret: secret || undefined });

const openService = (sealer: Sealer, bot: BotRow, reply: HttpReply, inside: readonly string[]): Service => ({
  url: reply.url,
  timeoutSeconds: reply.timeoutSeconds,
  secret: openBotSecret(sealer, bot, "reply-secret"),
  allowPrivate: inside.includes(serviceOf(reply)),
});
