// Reads an answer that comes as server-sent events, a piece of text at a time.
import { KeptSecret } from "@/lib/kept-secret";
import type { CallAccount } from "@/lib/responders/calls";
import { endlessLineError, streamError, unreadableError } from "@/lib/responders/http-errors";
import { AnswerText } from "@/lib/responders/streams/answer-text";
import { eventsOf, isCut } from "@/lib/responders/streams/server-events";
import { Showing } from "@/lib/responders/streams/showing";

type Watched = { kept?: KeptSecret; account?: CallAccount };

/** The whole text. `show` is told the text so far, while it grows. */
export async function readStream(
  chunks: AsyncIterable<string>,
  host: string,
  show: ((textSoFar: string) => void) | undefined,
  { kept = new KeptSecret(), account }: Watched = {},
): Promise<string> {
  const text = new AnswerText(host, kept);
  const showing = new Showing(show, () => text.shown);
  try {
    await readInto(text, chunks, host, account, () => {
      if (text.hasWords) account?.hasBegun();
      showing.note();
    });
  } finally {
    showing.end();
  }
  return text.whole;
}

async function readInto(
  text: AnswerText,
  chunks: AsyncIterable<string>,
  host: string,
  account: CallAccount | undefined,
  onText: () => void,
) {
  let unread: string | undefined;
  for await (const event of eventsOf(chunks, host)) {
    const { name, data } = event;
    if (name === "done") account?.took(parsed(data)?.usage);
    if (name === "done" || data.trim() === "[DONE]") break;
    if (name === "error") throw streamError(host, problemIn(data));
    // What has a name of its own is not for us.
    if (name !== "message" && name !== "delta") continue;
    if (isCut(event) && parsed(data) === undefined) throw endlessLineError(host);
    const piece = pieceOf(data, host, account);
    if (piece === undefined) unread ??= data;
    else if (piece !== "") {
      text.add(piece);
      onText();
    }
  }
  if (text.isEmpty && unread !== undefined) throw unreadableError(host, unread);
}

/**
 * Larkspur's own form, {"text": "…"}, or a chunk as OpenAI's servers send it. Undefined for what says nothing that is
 * known: services tell of themselves, too.
 */
function pieceOf(data: string, host: string, account: CallAccount | undefined): string | undefined {
  if (data.trim() === "" || data.trim() === "null") return "";
  const value = parsed(data);
  if (value === undefined) throw unreadableError(host, data);
  if (value.usage) account?.took(value.usage);
  if (typeof value.text === "string") return value.text;
  if (value.error !== undefined && value.error !== null) throw streamError(host, problemIn(data));
  if (value.type === "ping") return "";
  if (!("choices" in value)) return undefined;
  const [choice] = (Array.isArray(value.choices) ? value.choices : []) as (Choice | null | undefined)[];
  const content = choice?.delta?.content ?? choice?.message?.content;
  return typeof content === "string" ? content : "";
}

type Choice = { delta?: { content?: unknown } | null; message?: { content?: unknown } | null };

function parsed(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function problemIn(data: string): string {
  const { error, message } = parsed(data) ?? {};
  const told = error ?? message;
  if (typeof told === "string") return told;
  const inner = (told as { message?: unknown } | null | undefined)?.message;
  return typeof inner === "string" ? inner : data;
}
