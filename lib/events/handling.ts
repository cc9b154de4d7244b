// What is done with one event: is it for us, what do the bot's commands, rules and quiet hours say, who writes the answer.
import { and, eq, inArray, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import { findRule } from "@/lib/bots/rule-match";
import type { EventStep } from "@/lib/db/documents";
import { events } from "@/lib/db/schema";
import { commandIn } from "@/lib/events/command-words";
import { obey } from "@/lib/events/commands";
import { ownLane } from "@/lib/events/envelope";
import { explain } from "@/lib/events/explaining";
import type { Outcome } from "@/lib/events/inbox";
import { MENU_CHOSEN, noteDirectChat, readMenu } from "@/lib/events/menu";
import { merge } from "@/lib/events/merging";
import { noteNotice, wasNoticed } from "@/lib/events/notices";
import { APP_TICKET, CARD_ACTION, MESSAGE_RECEIVED } from "@/lib/events/policy";
import { questionOf } from "@/lib/events/question";
import { quietPeriod } from "@/lib/events/quiet-hours";
import { readForBot, reasonToIgnore } from "@/lib/events/reading";
import { say } from "@/lib/events/saying";
import { stopAnswers } from "@/lib/events/stopping";
import type { StepName } from "@/lib/events/trace";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { noticeUuid } from "@/lib/events/uuids";
import { BOT_ADDED, CHAT_ENTERED, welcomeGroup, welcomePerson } from "@/lib/events/welcome";
import { readCardAction } from "@/lib/feishu/answer-card";
import type { ReadMessage } from "@/lib/feishu/message";
import type { Responder } from "@/lib/responders/responder";
import { responderFor } from "@/lib/responders/responder";
import { filledText } from "@/lib/responders/system-prompt";

const MESSAGE_RECALLED = "im.message.recalled_v1";
const BUSY_LOOK_MS = 500;
const BUSY_LIMIT_MS = 30_000;

export async function handle(work: Try, parts: AnsweringParts): Promise<Outcome> {
  switch (work.event.eventType) {
    case MESSAGE_RECEIVED:
      if (work.event.messageId === null) return work.ignored("notMessage");
      return handleMessage(work, parts, await readForBot(work.event, work.bot, parts));
    case CARD_ACTION:
      return cardPressed(work);
    case MENU_CHOSEN:
      return handleMenu(work, parts);
    case CHAT_ENTERED:
      return welcomePerson(work, parts);
    case BOT_ADDED:
      return welcomeGroup(work, parts);
    case MESSAGE_RECALLED:
      return forgetMessage(work, parts);
    case APP_TICKET:
      return work.ignored("storeApp");
    default:
      return work.ignored("notMessage");
  }
}

/** It was answered when it came; no responder hears of it. */
function cardPressed(work: Try): Outcome {
  const { event } = work.event.payload as { event?: { action?: { value?: unknown } } };
  return readCardAction(event?.action?.value) ? work.outcome({ status: "done" }) : work.ignored("unknownButton");
}

async function handleMenu(work: Try, parts: AnsweringParts): Promise<Outcome> {
  const chosen = await readMenu(work, parts);
  if ("outcome" in chosen) return chosen.outcome;
  const wasKnown = work.event.chatId !== null;
  const outcome = await handleMessage(work, parts, chosen);
  if (!wasKnown) await noteDirectChat(parts.db, work);
  return outcome;
}

async function handleMessage(work: Try, parts: AnsweringParts, message: ReadMessage): Promise<Outcome> {
  const { event, bot } = work;
  work.text = message.text;
  const reason = reasonToIgnore(event, bot, message);
  if (reason) {
    // What an earlier try began to write must not look as if it still went on.
    if (event.attempts > 1) await work.delivery?.stop();
    explain(work, parts, message, reason);
    return work.ignored(reason);
  }
  const command = commandOf(work, message.text);
  if (command) return obey(work, parts, command);
  // It looked like a command when it came, and is a message like any other: back to its chat.
  const isAhead = event.eventType === MESSAGE_RECEIVED && event.lane === ownLane(event.eventId);
  if (isAhead && event.attempts === 1 && event.replays === 0 && event.chatId) return work.later(0, event.chatId);
  const merged = await merge(work, parts, message.text);
  if ("outcome" in merged) return merged.outcome;
  work.text = merged.text;
  return respond(work, parts, { ...message, text: merged.text });
}

/** The bot's own command of the same name goes before. */
function commandOf({ bot }: Try, text: string) {
  const { commands, rules } = behaviorOf(bot);
  const command = commands && bot.reply.kind !== "none" ? commandIn(text) : undefined;
  // Only then: rules may take their time.
  return command && findRule(rules, text)?.match !== "command" ? command : undefined;
}

async function respond(work: Try, parts: AnsweringParts, message: ReadMessage): Promise<Outcome> {
  const { event, bot } = work;
  const isReplay = event.replays > 0;
  const { rules } = behaviorOf(bot);
  const rule = findRule(rules, message.text);
  if (rule) work.trace.add("rule", `${rules.indexOf(rule) + 1}: ${rule.pattern}`);
  const action = rule?.action;
  if (action?.kind === "silent" && !isReplay) return work.ignored("silenced");
  const isQuiet = !isReplay && (await sayQuiet(work, parts));
  if (isQuiet) return work.ignored("quietHours");
  work.answeredBy = action?.kind === "text" || action?.kind === "card" ? "fixed" : "responder";
  switch (action?.kind) {
    case "text":
      return answerBy(work, parts, message, async (question) => ({
        messages: [{ format: "text", text: await filledText(action.text, question, parts) }],
      }));
    case "card":
      return answerBy(work, parts, message, async () => ({ messages: [{ format: "card", card: action.card }] }));
    case "reply":
      return answerBy(work, parts, message, responderFor(action.reply, parts));
    default:
      return answerBy(work, parts, message, responderFor(bot.reply, parts));
  }
}

async function answerBy(
  work: Try,
  parts: AnsweringParts,
  message: ReadMessage,
  responder: Responder | null,
): Promise<Outcome> {
  if (!responder || !work.target) return work.ignored("storeOnly");
  parts.reactions.begin(work);
  const question = questionOf(work, message, parts);
  const answer = await responder(question, {
    signal: AbortSignal.any([work.lease.signal, work.stop]),
    show: (text, thoughts) => work.delivery?.show(text, thoughts),
    note: (reason) => work.trace.note("shortened", reason),
    noteCall: (note) => work.calls.note(note, { bot: work.bot, sealer: parts.sealer }),
  });
  work.calls.noteThoughts(answer.thoughts);
  if (answer.comesLater) {
    await work.delivery?.withdraw();
    work.trace.add("later");
    return work.outcome({ status: "done" });
  }
  work.usage = answer.usage;
  work.trace.add("answered", answer.usage?.model);
  const contents = answer.messages.filter((content) => content.format === "card" || content.text.trim() !== "");
  if (contents.length === 0) {
    await work.delivery?.withdraw();
    return work.ignored("nothingToAnswer");
  }
  await work.delivery?.send(contents, answer);
  return work.outcome({ status: "done" });
}

/** Once a chat and period; true while it is quiet. */
async function sayQuiet(work: Try, parts: AnsweringParts): Promise<boolean> {
  const { event, bot } = work;
  const { quietHours } = behaviorOf(bot);
  const period = quietHours && quietPeriod(quietHours, new Date());
  if (!quietHours || !period) return false;
  const notice = { botId: bot.id, receiver: event.chatId ?? event.senderId ?? "", notice: `quiet.${period}` };
  if (await wasNoticed(parts.db, notice)) return true;
  const { chatType, senderId } = event;
  const place = { botId: bot.id, senderId, chatId: event.chatId ?? "", delivered: { chatType } };
  const text = await filledText(quietHours.text, place, parts);
  await say(work, parts, text, { uuid: noticeUuid(notice) });
  await noteNotice(parts.db, notice);
  return true;
}

/** What a person took back is not remembered, and is not answered any more. */
async function forgetMessage(work: Try, { db, bus }: AnsweringParts): Promise<Outcome> {
  const { event } = work;
  if (event.messageId === null) return work.ignored("notMessage");
  const recalled: EventStep = { at: new Date().toISOString(), name: "recalled" satisfies StepName };
  const ofMessage = and(
    eq(events.botId, event.botId),
    eq(events.messageId, event.messageId),
    // Literal, so that the planner sees that the partial index fits.
    sql`${events.eventType} = ${sql.raw(`'${MESSAGE_RECEIVED}'`)}`,
  );
  const steps = sql`${events.steps} || ${JSON.stringify([recalled])}::text::jsonb`;
  await db
    .update(events)
    .set({ status: "ignored", reason: "event.recalled", finishedAt: sql`now()`, steps })
    .where(and(ofMessage, eq(events.status, "pending"), eq(events.attempts, 0)));
  // It may be answered just now, wait for another try, or for what the person writes next.
  const [busy] = await db
    .select({ id: events.id })
    .from(events)
    .where(and(ofMessage, inArray(events.status, ["pending", "processing"])));
  if (busy && Date.now() - event.receivedAt < BUSY_LIMIT_MS) {
    await stopAnswers(db, bus, { botId: event.botId, eventId: busy.id });
    return work.later(BUSY_LOOK_MS);
  }
  await db
    .update(events)
    .set({ steps })
    .where(
      and(
        ofMessage,
        inArray(events.status, ["done", "ignored", "failed"]),
        sql`${events.reason} is distinct from 'event.recalled'`,
      ),
    );
  return work.ignored("notMessage");
}
