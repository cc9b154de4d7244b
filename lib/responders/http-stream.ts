// Reads an answer that comes as server-sent events, a piece of text at a time.
import { streamError, unreadableError } from "@/lib/responders/http-errors";

type ServerEvent = { name: string; data: string };

/** The whole text. `show` is told the text so far with each piece. */
export async function readStream(
  chunks: AsyncIterable<string>,
  host: string,
  show: ((textSoFar: string) => void) | undefined,
): Promise<string> {
  let text = "";
  for await (const { name, data } of eventsOf(chunks)) {
    if (name === "done" || data.trim() === "[DONE]") break;
    if (name === "error") throw streamError(host, problemIn(data));
    // What has a name of its own is not for us.
    if (name !== "message" && name !== "delta") continue;
    const piece = pieceOf(data, host);
    if (piece === "") continue;
    text += piece;
    show?.(text);
  }
  return text;
}

/** Larkspur's own form, {"text": "…"}, or a chunk as OpenAI's servers send it. */
function pieceOf(data: string, host: string): string {
  const value = parsed(data);
  if (value === undefined) throw unreadableError(host, data);
  if (typeof value.text === "string") return value.text;
  if (value.error !== undefined) throw streamError(host, problemIn(data));
  if (!Array.isArray(value.choices)) throw unreadableError(host, data);
  const [choice] = value.choices as ({ delta?: { content?: unknown } } | undefined)[];
  return typeof choice?.delta?.content === "string" ? choice.delta.content : "";
}

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

/** Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html describes them. */
export async function* eventsOf(chunks: AsyncIterable<string>): AsyncGenerator<ServerEvent> {
  let name = "";
  let data: string[] = [];
  for await (const line of linesOf(chunks)) {
    if (line === "") {
      if (data.length > 0) yield { name: name || "message", data: data.join("\n") };
      name = "";
      data = [];
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  if (data.length > 0) yield { name: name || "message", data: data.join("\n") };
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    rest += chunk;
    // A carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest.replace(/\r$/, "");
}
