// What writes the answers: the one interface behind every kind of reply.
import type { Database } from "@/lib/db/client";
import type { Reply } from "@/lib/db/documents";
import type { Reason } from "@/lib/errors";
import type { MessageEvent } from "@/lib/feishu/message";
import type { Names } from "@/lib/feishu/names";
import type { MessageContent } from "@/lib/feishu/sender";
import { ai } from "@/lib/responders/ai";
import type { Belonging } from "@/lib/responders/belonging";
import type { CallNote } from "@/lib/responders/calls";
import type { Conversation } from "@/lib/responders/conversation";
import { echo } from "@/lib/responders/echo";
import type { Said } from "@/lib/responders/history";
import { http } from "@/lib/responders/http";
import type { Pictures } from "@/lib/responders/pictures";
import type { Sealer } from "@/lib/sealing";
import type { Locale } from "@/lib/text/translate";

/** What the responders stand on. */
export type ResponderParts = {
  db: Database;
  sealer: Sealer;
  names: Pick<Names, "ofPerson" | "ofChat">;
  /** Left out where nobody sends any. */
  pictures?: Pictures;
  /** Signs the calls of a service instead of the stored one; null: nothing does. */
  secret?: string | null;
  /** The services that may stand inside the network, instead of the stored ones. */
  insideServices?: string[];
};

export type Question = {
  botId: string;
  /** Larkspur's id of the event. */
  eventId: number;
  chatId: string;
  /** What is remembered of it is what was said before. */
  conversation: Conversation;
  senderId: string | null;
  /** Empty where the question is no message: it was chosen from the bot's menu. */
  messageId: string;
  /** What the person wrote, the mention of the bot taken out. */
  text: string;
  /** The text without what stands in it for images and files: empty where the person wrote no word. */
  words: string;
  /** What it quotes and forwards, its images and files; `texts`: also what the files say. Left out where there can be none. */
  belongings?(depth: "names" | "texts"): Promise<Belonging[]>;
  /** In which the person is spoken to. */
  locale?(): Promise<Locale>;
  /** What was said before, oldest first, where the database does not know it. */
  earlier?: Said[];
  /** The event as Feishu delivered it. */
  delivered: {
    /** Feishu's id of the event. */
    eventId: string;
    eventType: string;
    receivedAt: Date;
    chatType: string | null;
    /** How often a person had it answered anew. */
    replays: number;
    event: MessageEvent;
  };
};

export type AnswerContext = {
  /** Aborted when the answer is no longer wanted: the process stops, or another one has taken the event over. */
  signal: AbortSignal;
  /** Shows the answer while it is being written: each time the whole text so far. Left out where nothing can be shown. */
  show?(textSoFar: string, thoughts?: string): void;
  /** Writes into the trace that the question was asked with less than all that was said before. */
  note?(reason: Reason): void;
  /** Told of each call of a model or a service once it has ended, well or not. */
  noteCall?(note: CallNote): void;
};

/** No messages: nothing to say. */
export type Answer = {
  messages: MessageContent[];
  /** The answer comes by another way, on its own time: the event is done. */
  comesLater?: boolean;
  /** Which model wrote it, by the name it has in Larkspur, and the tokens that its server says it took. */
  usage?: Usage;
  /** What the model thought before it answered: shown folded away, and not remembered. */
  thoughts?: string;
  /** It ends before its end, and why: people are told. */
  cutBy?: "length" | "filter";
};

export type Usage = { model: string; inputTokens?: number; outputTokens?: number };

/** Rejecting means: try again later, unless a `ResponderError` says otherwise. */
export type Responder = (question: Question, context: AnswerContext) => Promise<Answer>;

/** Null for `none`: what comes in is stored, and nobody answers. */
export function responderFor(reply: Reply, parts: ResponderParts): Responder | null {
  switch (reply.kind) {
    case "echo":
      return echo;
    case "none":
      return null;
    case "ai":
      return ai(reply, parts);
    case "http":
      return http(reply, parts);
  }
}
