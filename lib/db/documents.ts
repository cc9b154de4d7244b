// The shapes of what is kept in JSON columns.
import type { Reason } from "@/lib/errors";

/** Who writes a bot's answers, and how. */
export type Reply = { kind: "echo" } | { kind: "none" } | AiReply | HttpReply;

/** A service of one's own answers. */
export type HttpReply = {
  kind: "http";
  url: string;
  /** Within this time the answer must be there; of a stream, each next part of it. */
  timeoutSeconds: number;
  /** Whose it speaks; left out: Larkspur's own. */
  protocol?: "dify" | "coze" | "n8n" | undefined;
  /** Which of Coze's bots answers. */
  agentId?: string | undefined;
  /** Its texts and cards may mention everybody in a group. */
  mentionAll?: boolean | undefined;
};

/** A model of the `models` table answers. */
export type AiReply = {
  kind: "ai";
  modelId: string;
  systemPrompt?: string | undefined;
  /** How many earlier messages of the chat it is shown, questions and answers counted. */
  historyMessages: number;
  /** The answer grows in the chat. */
  stream: boolean;
  temperature?: number | undefined;
  maxTokens?: number | undefined;
  /** For how long nothing may come. */
  timeoutSeconds: number;
  /** Asked when the first one fails before anything of its answer is seen. */
  fallbackModelId?: string | undefined;
};

/** Who is answered. */
export type Policy = {
  directMessages: "all" | "allowlist" | "none";
  groups: "mention" | "all" | "allowlist" | "none";
  allowSenders: string[];
  allowChats: string[];
  answerMentionAll: boolean;
  /** Age is the time from the message's `create_time` to its receipt. */
  ignoreOlderThanSeconds: number;
};

/** How a bot behaves around its answers. */
export type Behavior = {
  /** `/new`, `/stop`, `/help` and `/status` are obeyed instead of answered. */
  commands: boolean;
  /** Whose conversation is remembered in a group: everybody's in the chat, or each person's own. */
  memory: "chat" | "person";
  /** The first that fits decides, before the bot's reply is asked. */
  rules: Rule[];
  /** Said to somebody who opens the chat with the bot for the first time, and to a group that takes the bot in. */
  welcome: { direct: string | null; group: string | null };
  /** What an entry of the bot's menu stands for: the same as if the person had written it. */
  menu: { eventKey: string; text: string }[];
  /** An emoji's name in Feishu, like "OnIt": put under a message while its answer is written. */
  reaction: string | null;
  /** Messages of one person that come within this time after each other are answered as one; 0: each by itself. */
  mergeSeconds: number;
  quietHours: QuietHours | null;
  /** Whoever is not answered because of the policy is told why, once a day. */
  explainRefusals: boolean;
  /** "Useful" and "Not useful" stand below an answer. */
  feedback: boolean;
};

export type Rule = {
  match: "exact" | "contains" | "regex" | "command";
  /** What is looked for, letter case aside; of a command its name, with or without the slash. */
  pattern: string;
  action: RuleAction;
};

export type RuleAction =
  | { kind: "text"; text: string }
  | { kind: "card"; card: Record<string, unknown> }
  | { kind: "reply"; reply: Reply }
  | { kind: "silent" };

/** Between two times of the day, over midnight where `to` comes before `from`. */
export type QuietHours = {
  /** "22:00" */
  from: string;
  to: string;
  /** An IANA name, like "Asia/Shanghai". */
  timezone: string;
  /** What is said instead of an answer. */
  text: string;
};

/** Who is told about what, by an alert. */
export type AlertConditions = {
  /** A connection in `error`. */
  error: boolean;
  /** Not connected, or nothing heard from the cloud, for so long; null: not looked at. */
  silentMinutes: number | null;
  /** A message that could not be answered. */
  failedMessages: boolean;
  /** Also told when it is well again. */
  recovered: boolean;
};

/** One step of an event's trace. `ms` is the time since the step before it. */
export type EventStep = {
  at: string;
  name: string;
  ms?: number;
  detail?: string;
  /** Why it came to this, to be read in any language. */
  reason?: Reason;
};

/** One call of a model or a service for an answer, and how it went. */
export type AnswerCall = {
  /** Of the model; of a service its host. */
  name: string;
  modelId?: string;
  at: string;
  ms: number;
  /** Until something came, thoughts included; of a service, words. */
  firstTokenMs?: number;
  inputTokens?: number;
  outputTokens?: number;
  /** Why it did not answer. */
  problem?: Reason;
};

/** What a model was asked with, up to a size: the beginning of long messages, and the newest of many. */
export type KeptPrompt = {
  messages: { role: "system" | "user" | "assistant"; text: string; isCut?: true }[];
  /** How many older messages are not kept. */
  omitted?: number;
};

/** More about what belongs to a message. */
export type BelongingDetail = {
  /** Of a quote: a person, this bot, or another app. */
  by?: "person" | "bot" | "app";
  senderId?: string;
  /** Of a quote, in ms: when it was said. */
  at?: number;
  /** The text goes on, but not here. */
  isCut?: boolean;
  /** Some characters of the text could not be read. */
  isDamaged?: boolean;
  pages?: number;
  /** Of an image: it was sent as a file. */
  isFile?: boolean;
};
