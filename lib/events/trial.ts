// Has settings that are not saved answer: by the same responders as in the chat, with nothing stored and nothing sent.
import { randomUUID } from "node:crypto";
import { behaviorOf } from "@/lib/bots/behavior";
import { findRule } from "@/lib/bots/rule-match";
import type { TrialBot, TrialInput } from "@/lib/bots/trial";
import type { BotRow } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { type Command, commandIn } from "@/lib/events/command-words";
import { helpText } from "@/lib/events/commands";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import type { MessageContent } from "@/lib/feishu/sender";
import { ResponderError } from "@/lib/responders/errors";
import { type Question, type ResponderParts, responderFor, type Usage } from "@/lib/responders/responder";
import { filledText } from "@/lib/responders/system-prompt";
import { type Locale, translate } from "@/lib/text/translate";

const LIMIT_MS = 180_000;
const TRIAL_CHAT = "oc_trial";
const TRIAL_PERSON = "ou_trial";

export type TrialAnswer = {
  messages: MessageContent[];
  /** Why there are none. */
  silent?: string;
  usage?: Usage;
  firstMs?: number;
  ms: number;
};

type Trying = {
  locale: Locale;
  /** Of whoever tries it out: the person that the bot hears. */
  personName: string;
  signal: AbortSignal;
  onText(soFar: string): void;
};

/** Throws a `TrialFailure`, or the signal's reason when nobody waits any more. */
export async function tryOut(
  { bot, secret }: TrialBot,
  messages: TrialInput["messages"],
  parts: Omit<ResponderParts, "names">,
  { locale, personName, signal, onText }: Trying,
): Promise<TrialAnswer> {
  const begin = performance.now();
  const elapsed = () => Math.round(performance.now() - begin);
  const names = { ofPerson: async () => personName, ofChat: async () => "" };
  const question = trialQuestion(bot.id, messages);
  const { rule } = await findRule(bot, question.text);
  const command = behaviorOf(bot).commands && rule?.match !== "command" ? commandIn(question.text) : undefined;
  if (command && bot.reply.kind !== "none") return { messages: [asText(obeyed(command, bot, locale))], ms: elapsed() };
  const found = rule?.action;
  if (found?.kind === "silent") return silently({ code: "trial.ruleSilent" }, locale);
  if (found?.kind === "text") {
    return { messages: [asText(await filledText(found.text, question, { ...parts, names }))], ms: elapsed() };
  }
  if (found?.kind === "card") return { messages: [{ format: "card", card: found.card }], ms: elapsed() };
  const reply = found?.reply ?? bot.reply;
  const { insideServices } = bot;
  const responder = responderFor(reply, {
    ...parts,
    names,
    insideServices,
    ...(secret === undefined ? {} : { secret }),
  });
  if (!responder) return silently({ code: "event.storeOnly" }, locale);
  const limit = AbortSignal.timeout(LIMIT_MS);
  let firstMs: number | undefined;
  const show = (soFar: string) => {
    firstMs ??= elapsed();
    onText(soFar);
  };
  try {
    const answer = await responder(question, { signal: AbortSignal.any([signal, limit]), show });
    const contents = answer.messages.filter((content) => content.format === "card" || content.text.trim() !== "");
    const silent: Reason | undefined = answer.comesLater
      ? { code: "trial.comesLater" }
      : contents.length === 0
        ? { code: "event.nothingToAnswer" }
        : undefined;
    return {
      messages: contents,
      ...(silent ? { silent: describeReason(silent, locale) } : {}),
      ...(answer.usage ? { usage: answer.usage } : {}),
      ...(firstMs === undefined ? {} : { firstMs }),
      ms: elapsed(),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw limit.aborted
      ? new TrialFailure({ code: "trial.tooLong", params: { seconds: LIMIT_MS / 1000 } })
      : failureOf(error);
  }
}

const asText = (text: string): MessageContent => ({ format: "text", text });

/** What the commands say where there is nothing to stop, and nothing that was ever asked. */
function obeyed(command: Command, bot: BotRow, locale: Locale): string {
  const said = { new: "begun", stop: "nothingToStop" } as const;
  if (command === "help") return helpText(bot, locale);
  if (command === "status") return translate(locale, "reasons.trial.statusInChat");
  return translate(locale, `replies.commands.${said[command]}`);
}

/** What was said since somebody began afresh. */
const sinceNew = (messages: TrialInput["messages"]) =>
  messages.slice(messages.findLastIndex(({ by, text }) => by === "person" && commandIn(text.trim()) === "new") + 1);

const silently = (reason: Reason, locale: Locale): TrialAnswer => ({
  messages: [],
  silent: describeReason(reason, locale),
  ms: 0,
});

/** Why there was no answer, as it would stand in the trace. */
export class TrialFailure extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, cause?: unknown) {
    super(describeReason(reason), { cause });
    this.reason = reason;
  }
}

function failureOf(error: unknown): TrialFailure {
  if (error instanceof ResponderError) return new TrialFailure(error.reason, error);
  const problem = error instanceof Error ? error.message : String(error);
  return new TrialFailure({ code: "event.failed", params: { problem } }, error);
}

function trialQuestion(botId: string, messages: TrialInput["messages"]): Question {
  const text = messages.at(-1)?.text.trim() ?? "";
  const now = new Date();
  const messageId = `om_trial_${randomUUID()}`;
  const content = JSON.stringify({ text });
  return {
    botId,
    eventId: 0,
    chatId: TRIAL_CHAT,
    conversation: { chatId: TRIAL_CHAT, threadId: null, rootId: null, personId: null },
    senderId: TRIAL_PERSON,
    messageId,
    text,
    words: text,
    earlier: sinceNew(messages.slice(0, -1)),
    delivered: {
      eventId: `trial-${randomUUID()}`,
      eventType: MESSAGE_RECEIVED,
      receivedAt: now,
      chatType: "p2p",
      replays: 0,
      event: {
        sender: { sender_id: { open_id: TRIAL_PERSON }, sender_type: "user" },
        message: {
          message_id: messageId,
          chat_id: TRIAL_CHAT,
          chat_type: "p2p",
          message_type: "text",
          content,
          create_time: String(now.getTime()),
        },
      },
    },
  };
}
