// Has a service of one's own answer: tells it about the message, and reads what it says.
import { eq, getTableColumns } from "drizzle-orm";
import { openBotSecret } from "@/lib/bots/credentials";
import type { Database } from "@/lib/db/client";
import type { HttpReply } from "@/lib/db/documents";
import { type BotRow, bots, type UserRow, users } from "@/lib/db/schema";
import { withoutCallToAll } from "@/lib/responders/http-answer";
import { callService, type Service } from "@/lib/responders/http-call";
import { historyBefore } from "@/lib/responders/http-history";
import { callIdOf, payloadOf } from "@/lib/responders/http-payload";
import { askKnownService } from "@/lib/responders/known-services";
import type { Answer, Responder, ResponderParts } from "@/lib/responders/responder";
import { withFoldedThoughts } from "@/lib/responders/service-thoughts";
import type { Sealer } from "@/lib/sealing";

export const http = (reply: HttpReply, { db, sealer, secret }: ResponderParts): Responder =>
  withFoldedThoughts(async (question, context) => {
    const allowed = (answer: Answer): Answer =>
      reply.mentionAll ? answer : { ...answer, messages: withoutCallToAll(answer.messages) };
    const bot = await ownedBot(db, question.botId);
    if (!bot) throw new Error("The bot is gone.");
    const service = { ...serviceOf(sealer, bot, reply), ...unsaved(secret) };
    if (reply.protocol) return allowed(await askKnownService(db, { reply, service, bot, question }, context));
    const [history, belongings] = await Promise.all([historyBefore(db, question), question.belongings?.("names")]);
    const body = JSON.stringify(payloadOf(question, bot, history, belongings));
    const { answer } = await callService(service, { id: callIdOf(question), body }, context);
    return allowed(answer);
  });

const unsaved = (secret: string | null | undefined) => (secret === undefined ? {} : { secret: secret || undefined });

type OwnedBot = BotRow & { ownerRole: UserRow["role"] };

async function ownedBot(db: Database, botId: string): Promise<OwnedBot | undefined> {
  const [bot] = await db
    .select({ ...getTableColumns(bots), ownerRole: users.role })
    .from(bots)
    .innerJoin(users, eq(users.id, bots.ownerId))
    .where(eq(bots.id, botId));
  return bot;
}

const serviceOf = (
  sealer: Sealer,
  bot: OwnedBot,
  { url, timeoutSeconds }: Pick<HttpReply, "url" | "timeoutSeconds">,
): Service => ({
  url,
  timeoutSeconds,
  secret: openBotSecret(sealer, bot, "reply-secret"),
  allowPrivate: bot.ownerRole === "admin",
});
