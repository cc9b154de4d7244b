// How Dify and Coze write an answer as server-sent events, and how they refuse.
import { ResponderError } from "@/lib/responders/errors";
import { chunksOf, LARGEST_STREAM_BYTES, type Received } from "@/lib/responders/http-call";
import {
  brokenOffError,
  endlessLineError,
  noStreamError,
  pausedError,
  streamError,
} from "@/lib/responders/http-errors";
import type { AnswerContext } from "@/lib/responders/responder";
import { AnswerText } from "@/lib/responders/streams/answer-text";
import { eventsOf, isCut, type ServerEvent } from "@/lib/responders/streams/server-events";
import { Showing } from "@/lib/responders/streams/showing";

export type Spoken = { text: string; conversationId: string | undefined };

type Data = Record<string, unknown>;

type Piece =
  | { kind: "text"; text: string; part?: string | undefined }
  | { kind: "whole"; text: string }
  /** One of its messages is whole. */
  | { kind: "message"; text: string; part: string }
  /** All is said; `text` is what it was, where no pieces of it came. Something may follow that changes it. */
  | { kind: "finished"; text?: string | undefined }
  | { kind: "end" }
  /** It waits for somebody, elsewhere. */
  | { kind: "paused" }
  | { kind: "failed"; problem: string };

export type Dialect = {
  pieceOf(name: string, data: Data): Piece | undefined;
  /** Of an event that is too long to be read, by its beginning. */
  cutPiece(name: string, beginning: string): Piece | "needed" | undefined;
  /** Of an answer that is no stream, and one all the same. */
  wholeIn(body: Data | undefined): Spoken | undefined;
  /** Where it tells how many tokens it took. */
  usageIn(data: Data): unknown;
  /** Of an answer that is no stream. */
  refusalIn(body: Data | undefined, host: string): ResponderError;
};

export const DIFY: Dialect = {
  // https://docs.dify.ai: the event's name is in the data
  pieceOf(_name, { event, answer, message, code, data }) {
    const text = typeof answer === "string" ? answer : "";
    if (event === "message" || event === "agent_message") return { kind: "text", text };
    // What moderation puts in the place of all that was said.
    if (event === "message_replace") return { kind: "whole", text };
    if (event === "message_end") return { kind: "end" };
    if (event === "workflow_finished") return difyFinished(data);
    if (event === "workflow_paused") return { kind: "paused" };
    return event === "error" ? { kind: "failed", problem: wordsOf(code, message) } : undefined;
  },
  cutPiece(_name, beginning) {
    const event = /^\s*\{[^{}]{0,500}?"event"\s*:\s*"(\w+)"/.exec(beginning)?.[1];
    if (event === "message_end") return { kind: "end" };
    if (event === "workflow_finished") return { kind: "finished" };
    return event === undefined || DIFY_TEXTS.has(event) ? "needed" : undefined;
  },
  // What it answers in its blocking mode, which something on the way may ask for.
  wholeIn: ({ event, answer, conversation_id: id } = {}) =>
    event === "message" && typeof answer === "string"
      ? { text: answer, conversationId: typeof id === "string" && id ? id : undefined }
      : undefined,
  usageIn: ({ metadata }) => (isData(metadata) ? metadata.usage : undefined),
  refusalIn: (body, host) => noStreamError(host, bodyIn(body)),
};

const DIFY_TEXTS = new Set(["message", "agent_message", "message_replace"]);

function difyFinished(data: unknown): Piece {
  const { status, outputs, error } = (isData(data) ? data : {}) as Data;
  if (status === "failed" || status === "stopped") {
    return { kind: "failed", problem: typeof error === "string" && error ? error : status };
  }
  if (status === "paused") return { kind: "paused" };
  const answer = isData(outputs) ? outputs.answer : undefined;
  return { kind: "finished", text: typeof answer === "string" ? answer : undefined };
}

export const COZE: Dialect = {
  // https://www.coze.cn/docs/developer_guides/chat_v3
  pieceOf(name, data) {
    if (name === "conversation.message.delta") {
      if (data.type !== "answer" || typeof data.content !== "string") return undefined;
      return { kind: "text", text: data.content, part: typeof data.id === "string" ? data.id : undefined };
    }
    if (name === "conversation.message.completed") return cozeMessage(data);
    if (name === "conversation.chat.completed" || name === "done") return { kind: "end" };
    if (name === "error") return { kind: "failed", problem: wordsOf(data.code, data.msg) };
    if (name === "conversation.chat.failed") {
      const { code, msg } = (data.last_error ?? {}) as Data;
      return { kind: "failed", problem: wordsOf(code, msg) };
    }
    return name === "conversation.chat.requires_action" ? { kind: "paused" } : undefined;
  },
  cutPiece: (name) =>
    name === "conversation.message.delta"
      ? "needed"
      : name === "conversation.chat.completed"
        ? { kind: "end" }
        : undefined,
  wholeIn: () => undefined,
  usageIn: ({ usage }) => usage,
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

/** Of several kinds: the answer, proposals what to ask next, and that the answer is finished. */
function cozeMessage({ type, id, content }: Data): Piece | undefined {
  if (typeof content !== "string") return undefined;
  if (type === "answer" && content !== "") return { kind: "message", text: content, part: String(id ?? "") };
  return type === "verbose" && content.includes("generate_answer_finish") ? { kind: "finished" } : undefined;
}

const COZE_LIMIT = 4013; // requests of the same kind come too fast
export const COZE_GONE = 4200; // what is asked for does not exist (any more)

const bodyIn = (body: Data | undefined): string => (body === undefined ? "—" : JSON.stringify(body));

const wordsOf = (code: unknown, message: unknown): string =>
  [code, message].filter((part) => typeof part === "string" || typeof part === "number").join(": ");

const CLOSING_MS = 3_000;

export async function readDialect(dialect: Dialect, received: Received, context: AnswerContext): Promise<Spoken> {
  const { response, host, deadline, kept, account } = received;
  deadline.heard();
  const spoken = new Speaking(new AnswerText(host, kept));
  const showing = new Showing(context.show, () => spoken.text.shown);
  try {
    for await (const event of eventsOf(chunksOf(response, host, { limit: LARGEST_STREAM_BYTES, deadline }), host)) {
      const piece = pieceIn(dialect, event, spoken, received);
      if (piece?.kind === "failed") throw streamError(host, piece.problem);
      if (piece?.kind === "end") return spoken.done();
      if (piece?.kind === "paused") {
        if (spoken.text.hasWords) return spoken.done();
        throw pausedError(host);
      }
      if (piece?.kind === "finished") deadline.closing(CLOSING_MS);
      if (!piece || !spoken.take(piece) || !spoken.text.hasWords) continue;
      account.hasBegun();
      showing.note();
    }
  } catch (error) {
    // What comes behind the whole answer is not missed.
    if (!spoken.isFinished || error instanceof ResponderError || context.signal.aborted) throw error;
  } finally {
    showing.end();
  }
  if (spoken.isFinished) return spoken.done();
  throw brokenOffError(host);
}

function pieceIn(
  dialect: Dialect,
  event: ServerEvent,
  spoken: Speaking,
  { host, account }: Pick<Received, "host" | "account">,
): Piece | undefined {
  const value = jsonIn(event.data);
  if (value === undefined && isCut(event)) {
    const piece = dialect.cutPiece(event.name, event.data);
    if (piece === "needed") throw endlessLineError(host);
    return piece;
  }
  // "ping", and what ends Coze's stream.
  if (value === undefined && event.name !== "done") return undefined;
  if (typeof value?.conversation_id === "string" && value.conversation_id)
    spoken.conversationId = value.conversation_id;
  if (value) account.took(dialect.usageIn(value));
  return dialect.pieceOf(event.name, value ?? {});
}

/** What was said up to now, in one message or in several. */
class Speaking {
  readonly text: AnswerText;
  conversationId: string | undefined;
  isFinished = false;
  /** The messages of which pieces came. */
  readonly #parts = new Set<string>();
  #part: string | undefined;

  constructor(text: AnswerText) {
    this.text = text;
  }

  done(): Spoken {
    return { text: this.text.whole, conversationId: this.conversationId };
  }

  /** Whether the text is another one now. */
  take(piece: Piece): boolean {
    if (piece.kind === "finished") {
      this.isFinished = true;
      if (this.text.hasWords || !piece.text) return false;
      this.text.replace(piece.text);
    } else if (piece.kind === "whole") this.text.replace(piece.text);
    else if (piece.kind === "text") this.#add(piece.text, piece.part);
    // The whole of a message comes behind its pieces, too.
    else if (piece.kind === "message" && !this.#parts.has(piece.part)) this.#add(piece.text, piece.part);
    else return false;
    return true;
  }

  #add(text: string, part: string | undefined): void {
    // A workflow may answer in several messages.
    if (part !== this.#part && !this.text.isEmpty && this.#part !== undefined) this.text.add("\n\n");
    this.#part = part ?? this.#part;
    if (part !== undefined) this.#parts.add(part);
    this.text.add(text);
  }
}

const isData = (value: unknown): value is Data => value !== null && typeof value === "object";

export function jsonIn(text: string): Data | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isData(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
