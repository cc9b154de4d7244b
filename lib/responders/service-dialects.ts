// How Dify and Coze write an answer as server-sent events, and how they refuse.
import { ResponderError } from "@/lib/responders/errors";
import { chunksOf, type Deadline } from "@/lib/responders/http-call";
import { brokenOffError, noStreamError, streamError } from "@/lib/responders/http-errors";
import { eventsOf } from "@/lib/responders/http-stream";
import type { AnswerContext } from "@/lib/responders/responder";

export type Spoken = { text: string; conversationId: string | undefined };

type Data = Record<string, unknown>;

type Piece =
  | { kind: "text"; text: string; part?: string | undefined }
  | { kind: "whole"; text: string }
  | { kind: "end" }
  | { kind: "failed"; problem: string };

export type Dialect = {
  pieceOf(name: string, data: Data): Piece | undefined;
  /** Of an answer that is no stream. */
  refusalIn(body: Data | undefined, host: string): ResponderError;
};

export const DIFY: Dialect = {
  // https://docs.dify.ai: the event's name is in the data
  pieceOf(_name, { event, answer, message, code }) {
    const text = typeof answer === "string" ? answer : "";
    if (event === "message" || event === "agent_message") return { kind: "text", text };
    // What moderation puts in the place of all that was said.
    if (event === "message_replace") return { kind: "whole", text };
    if (event === "message_end") return { kind: "end" };
    return event === "error" ? { kind: "failed", problem: wordsOf(code, message) } : undefined;
  },
  refusalIn: (body, host) => noStreamError(host, bodyIn(body)),
};

export const COZE: Dialect = {
  // https://www.coze.cn/docs/developer_guides/chat_v3
  pieceOf(name, data) {
    if (name === "conversation.message.delta") {
      if (data.type !== "answer" || typeof data.content !== "string") return undefined;
      return { kind: "text", text: data.content, part: typeof data.id === "string" ? data.id : undefined };
    }
    if (name === "conversation.chat.completed" || name === "done") return { kind: "end" };
    if (name === "error") return { kind: "failed", problem: wordsOf(data.code, data.msg) };
    if (name === "conversation.chat.failed") {
      const { code, msg } = (data.last_error ?? {}) as Data;
      return { kind: "failed", problem: wordsOf(code, msg) };
    }
    if (name === "conversation.chat.requires_action") return { kind: "failed", problem: "requires_action" };
    return undefined;
  },
  // A refusal comes with the status 200.
  refusalIn(body, host) {
    const { code, msg } = body ?? {};
    if (typeof code !== "number" || code === 0) return noStreamError(host, bodyIn(body));
    const params = { host, status: code, body: String(msg ?? "") };
    const isLimit = code === COZE_LIMIT;
    return new ResponderError(
      { code: isLimit ? "http.fault" : "http.refused", params },
      { retryable: isLimit, isRateLimit: isLimit },
    );
  },
};

const COZE_LIMIT = 4013; // requests of the same kind come too fast
export const COZE_GONE = 4200; // what is asked for does not exist (any more)

const bodyIn = (body: Data | undefined): string => (body === undefined ? "—" : JSON.stringify(body));

const wordsOf = (code: unknown, message: unknown): string =>
  [code, message].filter((part) => typeof part === "string" || typeof part === "number").join(": ");

export async function readDialect(
  dialect: Dialect,
  response: Response,
  host: string,
  deadline: Deadline,
  context: AnswerContext,
): Promise<Spoken> {
  deadline.heard();
  let text = "";
  let part: string | undefined;
  let conversationId: string | undefined;
  for await (const { name, data } of eventsOf(chunksOf(response, host, () => deadline.heard()))) {
    const value = jsonIn(data);
    // "ping", and what ends Coze's stream.
    if (value === undefined && name !== "done") continue;
    if (typeof value?.conversation_id === "string" && value.conversation_id) conversationId = value.conversation_id;
    const piece = dialect.pieceOf(name, value ?? {});
    if (piece === undefined) continue;
    if (piece.kind === "failed") throw streamError(host, piece.problem);
    if (piece.kind === "end") return { text, conversationId };
    if (piece.kind === "whole") text = piece.text;
    else {
      // A workflow may answer in several messages.
      if (piece.part !== part && text !== "" && part !== undefined) text += "\n\n";
      part = piece.part ?? part;
      text += piece.text;
    }
    if (text.trim() !== "") context.show?.(text);
  }
  throw brokenOffError(host);
}

export function jsonIn(text: string): Data | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Data) : undefined;
  } catch {
    return undefined;
  }
}
