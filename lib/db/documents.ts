// The shapes of what is kept in JSON columns.

/** Who writes a bot's answers, and how. */
export type Reply = { kind: "echo" } | { kind: "none" } | AiReply | HttpReply;

/** A service of one's own answers. */
export type HttpReply = {
  kind: "http";
  url: string;
  /** Within this time the answer must be there; of a stream, each next part of it. */
  timeoutSeconds: number;
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
  /** Asked when the first one fails before its first word. */
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

/** One step of an event's trace. `ms` is the time since the step before it. */
export type EventStep = { at: string; name: string; ms?: number; detail?: string };
