// The commands that people may give a bot in a chat, and how they are obeyed.
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import { plainWords } from "@/lib/bots/plain-words";
import type { EventStep } from "@/lib/db/documents";
import { type BotRow, events } from "@/lib/db/schema";
import { COMMANDS, type Command } from "@/lib/events/command-words";
import type { Outcome } from "@/lib/events/inbox";
import { languageFor } from "@/lib/events/language";
import { conversationOf } from "@/lib/events/reading";
import { say } from "@/lib/events/saying";
import { statusText } from "@/lib/events/status-text";
import { stopAnswers } from "@/lib/events/stopping";
import type { StepName } from "@/lib/events/trace";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { beginAfresh } from "@/lib/responders/conversation";
import { type Locale, translate } from "@/lib/text/translate";

export async function obey(work: Try, parts: AnsweringParts, command: Command): Promise<Outcome> {
  const { event, bot } = work;
  work.trace.add("command", `/${command}`);
  work.answeredBy = "fixed";
  const place = { chatId: event.chatId, eventId: event.id, text: work.text ?? "" };
  const locale = await languageFor(parts.db, bot, place);
  await say(work, parts, await OBEYED[command](work, parts, locale));
  return work.outcome({ status: "done" });
}

const helpOf = (name: Command, locale: Locale): string => translate(locale, `replies.commands.help.${name}`);

type Obeyed = (work: Try, parts: AnsweringParts, locale: Locale) => Promise<string>;

const OBEYED: Record<Command, Obeyed> = {
  async new(work, parts, locale) {
    await beginAfresh(parts.db, work.bot.id, conversationOf(work), work.event.id);
    return translate(locale, "replies.commands.begun");
  },
  async stop(work, parts, locale) {
    const { dropped, running } = await stopAll(work, parts);
    const texts = [
      running > 0 || dropped > 0
        ? translate(locale, "replies.commands.stopped")
        : translate(locale, "replies.commands.nothingToStop"),
      ...(dropped > 0 ? [translate(locale, "replies.commands.dropped", { count: dropped })] : []),
    ];
    return texts.join("\n");
  },
  async status(work, parts, locale) {
    return statusText(work, parts, locale);
  },
  async help({ bot }, _parts, locale) {
    return helpText(bot, locale);
  },
};

export function helpText(bot: BotRow, locale: Locale): string {
  const own = behaviorOf(bot)
    .rules.filter(({ match, action }) => match === "command" && action.kind !== "silent")
    .map(({ pattern }) => `/${plainWords(pattern).replace(/^\//, "")}`);
  const lines = COMMANDS.filter((name) => !own.includes(`/${name}`)).map((name) => `/${name} ${helpOf(name, locale)}`);
  return [translate(locale, "replies.commands.help.title", { bot: bot.name }), ...lines, ...new Set(own)].join("\n");
}

/** Ends what is being written in the conversation, and answers nothing that waited there before. */
async function stopAll(work: Try, { db, bus }: AnsweringParts): Promise<{ dropped: number; running: number }> {
  const { event, bot } = work;
  const { chatId, threadId, personId } = conversationOf(work);
  const meant = and(
    eq(events.botId, bot.id),
    eq(events.chatId, chatId),
    lt(events.id, event.id),
    // Literal, so that the planner sees that the partial index fits.
    sql`${events.status} in ('pending', 'processing')`,
    threadId ? sql`${events.payload} #>> '{event,message,thread_id}' = ${threadId}` : undefined,
    personId ? eq(events.senderId, personId) : undefined,
  );
  const stopped: EventStep = { at: new Date().toISOString(), name: "stopped" satisfies StepName };
  const dropped = await db
    .update(events)
    .set({
      status: "ignored",
      reason: "event.stopped",
      finishedAt: sql`now()`,
      steps: sql`${events.steps} || ${JSON.stringify([stopped])}::text::jsonb`,
    })
    .where(and(meant, eq(events.status, "pending"), eq(events.attempts, 0)))
    .returning({ id: events.id });
  const running = await db.$count(events, and(meant, inArray(events.status, ["pending", "processing"])));
  const place = { chatId, ...(threadId ? { threadId } : {}), ...(personId ? { senderId: personId } : {}) };
  await stopAnswers(db, bus, { botId: bot.id, before: event.id, ...place });
  for (const { id } of dropped) bus.publish({ topic: "event", botId: bot.id, id });
  return { dropped: dropped.length, running };
}
