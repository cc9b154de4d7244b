// What a bot says about itself when somebody asks for its status in a chat.
import { and, eq, lt, ne, sql } from "drizzle-orm";
import { connectionFacts, trueState } from "@/lib/bots/connection-state";
import type { Database } from "@/lib/db/client";
import { type BotRow, bots, connections, events, models } from "@/lib/db/schema";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import { conversationOf } from "@/lib/events/reading";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { readTurns } from "@/lib/responders/history";
import { type Locale, translate } from "@/lib/text/translate";

const MOST_SERVICE_MESSAGES = 20;

export async function statusText(work: Try, { db }: AnsweringParts, locale: Locale): Promise<string> {
  const { bot } = work;
  const [answers, connection, remembered, waiting] = await Promise.all([
    whatAnswers(db, bot, locale),
    howConnected(db, bot, locale),
    countRemembered(db, work),
    countWaiting(db, work),
  ]);
  const line = (key: string, params: Record<string, string | number>) =>
    translate(locale, `replies.commands.status.${key}`, params);
  return [
    bot.name,
    line("answers", { answers }),
    line("connection", { connection }),
    ...(remembered === null ? [] : [line("remembered", { count: remembered })]),
    line("waiting", { count: waiting }),
  ].join("\n");
}

async function whatAnswers(db: Database, { reply }: BotRow, locale: Locale): Promise<string> {
  const say = (key: string, params?: Record<string, string>) =>
    translate(locale, `replies.commands.status.${key}`, params);
  switch (reply.kind) {
    case "ai": {
      const [model] = await db.select().from(models).where(eq(models.id, reply.modelId));
      return model ? model.name : say("noModel");
    }
    case "http":
      // Not its address: whoever may write to the bot may ask.
      return say("service");
    case "echo":
      return say("echo");
    case "none":
      return say("nobody");
  }
}

async function howConnected(db: Database, bot: BotRow, locale: Locale): Promise<string> {
  const say = (key: string, params?: Record<string, string>) =>
    translate(locale, `replies.commands.status.${key}`, params);
  if (!bot.useWebSocket) return say("webhook");
  const [row] = await db
    .select({ ...connectionFacts, connectedAt: connections.connectedAt })
    .from(bots)
    .leftJoin(connections, eq(connections.botId, bots.id))
    .where(eq(bots.id, bot.id));
  if (!row || trueState(row) !== "connected" || !row.connectedAt) return say("notConnected");
  return say("connected", { since: agoOf(row.connectedAt, locale) });
}

const UNITS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago": true in whichever time zone it is read. */
function agoOf(at: Date, locale: Locale): string {
  const ms = Date.now() - at.getTime();
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? (["second", 1_000] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: "always" }).format(-Math.floor(ms / size), unit);
}

/** Null where nothing of what was said before is shown to whoever answers. */
async function countRemembered(db: Database, work: Try): Promise<number | null> {
  const { bot, event } = work;
  const { reply } = bot;
  if (reply.kind !== "ai" && reply.kind !== "http") return null;
  const most = reply.kind === "ai" ? reply.historyMessages : MOST_SERVICE_MESSAGES;
  const place = { botId: bot.id, conversation: conversationOf(work), eventId: event.id };
  const turns = await readTurns(db, place, Math.floor(most / 2), { answeredOnly: true });
  return turns.length * 2;
}

const countWaiting = (db: Database, { event, bot }: Try): Promise<number> =>
  db.$count(
    events,
    and(
      eq(events.botId, bot.id),
      eq(events.chatId, event.chatId ?? ""),
      eq(events.eventType, MESSAGE_RECEIVED),
      ne(events.id, event.id),
      lt(events.id, event.id),
      // Literal, so that the planner sees that the partial index fits.
      sql`${events.status} in ('pending', 'processing')`,
    ),
  );
