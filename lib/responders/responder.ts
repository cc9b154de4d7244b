// What writes the answers: the one interface behind every kind of reply.
import type { Reply } from "@/lib/db/documents";
import type { MessageContent } from "@/lib/feishu/sender";
import { echo } from "@/lib/responders/echo";

export type Question = {
  botId: string;
  /** Larkspur's id of the event. */
  eventId: number;
  chatId: string;
  senderId: string | null;
  messageId: string;
  /** What the person wrote, the mention of the bot taken out. */
  text: string;
};

export type AnswerContext = {
  /** Aborted when the answer is no longer wanted: the process stops, or another one has taken the event over. */
  signal: AbortSignal;
};

/** No messages: nothing to say. */
export type Answer = { messages: MessageContent[] };

/** Rejecting means: try again later. */
export type Responder = (question: Question, context: AnswerContext) => Promise<Answer>;

/** Null for `none`: what comes in is stored, and nobody answers. */
export function responderFor(reply: Reply): Responder | null {
  switch (reply.kind) {
    case "echo":
      return echo;
    case "none":
      return null;
  }
}
