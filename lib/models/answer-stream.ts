// Reads the body of a model's answer, whatever it is sent as, and hands it on as the events that the SDK understands.
import { createParser } from "eventsource-parser";
import { within } from "@/lib/async";
import { parseJson } from "@/lib/json";
import { AnswerFrames, type Frame } from "@/lib/models/answer-frames";
import type { OpenModel } from "@/lib/models/credentials";
import { gathered } from "@/lib/models/gathered-frames";
import { bodyError, endlessError } from "@/lib/models/model-error";

const LARGEST_BYTES = 32 * 1024 * 1024; // on the way; each word comes in some hundred bytes
const GRACE_MS = 10_000; // for the tokens, once the answer has ended

/** `onBytes` hears of whatever comes: busy servers send empty lines until the answer begins. */
export function asEvents(response: Response, model: OpenModel, onBytes: () => void): Response {
  const lines = eventLines(response, model, onBytes);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    // Not waited for: what is being read at the moment may never come.
    cancel: () => void lines.return(undefined).catch(() => undefined),
  });
  return new Response(body, { status: 200, headers: { "content-type": "text/event-stream" } });
}

async function* eventLines(response: Response, model: OpenModel, onBytes: () => void): AsyncGenerator<string> {
  for await (const frame of gathered(framesOf(response, model, onBytes))) {
    if (frame.kind === "error") throw bodyError(model, frame.body);
    if (frame.kind === "done") break;
    yield `data: ${JSON.stringify(frame.chunk)}\n\n`;
  }
  yield "data: [DONE]\n\n";
}

/** What the body begins with tells its kind, not what the server calls it. */
async function* framesOf(response: Response, model: OpenModel, onBytes: () => void): AsyncGenerator<Frame> {
  const frames = new AnswerFrames();
  const reader = new EventReader(frames);
  let beginning = "";
  let isJson: boolean | undefined;
  for await (const text of textOf(response, model, frames, onBytes)) {
    if (isJson === undefined) {
      // What is empty is not looked at again: busy servers send much of it.
      beginning = (beginning + text).trimStart();
      const [first] = beginning;
      if (first === undefined) continue;
      if (first === "<") throw bodyError(model, undefined);
      isJson = first === "{" || first === "[";
      if (!isJson) yield* reader.read(beginning);
    } else if (isJson) beginning += text;
    else yield* reader.read(text);
  }
  if (isJson) yield* jsonFrames(beginning, frames, model);
  else yield* reader.end();
  if (beginning.trim() !== "" && !isJson && !reader.hasRead) throw bodyError(model, undefined);
  yield* frames.end();
}

/** A whole answer, or one chunk a line. */
function* jsonFrames(text: string, frames: AnswerFrames, model: OpenModel): Generator<Frame> {
  const whole = parseJson(text);
  const isChunks = whole === undefined && text.trim().includes("\n");
  if (whole === undefined && !isChunks) throw bodyError(model, undefined);
  const read = frames.take(text);
  if (!isChunks && !read.some(({ kind }) => kind !== "done")) throw bodyError(model, whole);
  yield* read;
  if (!isChunks) yield* frames.take("[DONE]");
}

class EventReader {
  readonly #frames: AnswerFrames;
  readonly #parser: ReturnType<typeof createParser>;
  #read: Frame[] = [];
  hasRead = false;

  constructor(frames: AnswerFrames) {
    this.#frames = frames;
    this.#parser = createParser({
      onEvent: ({ data, event }) => {
        this.hasRead = true;
        this.#read.push(...this.#frames.take(data, event));
      },
      onComment: () => {
        this.hasRead = true;
      },
    });
  }

  read(text: string): Frame[] {
    this.#parser.feed(text);
    return this.#read.splice(0);
  }

  /** The last event may lack its empty line. */
  end(): Frame[] {
    return this.read("\n\n");
  }
}

async function* textOf(
  { body }: Response,
  model: OpenModel,
  frames: AnswerFrames,
  onBytes: () => void,
): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  try {
    for (;;) {
      const { value } = await (frames.hasEnded ? lastOf(reader.read()) : reader.read());
      if (!value) break;
      onBytes();
      bytes += value.byteLength;
      if (bytes > LARGEST_BYTES) throw endlessError(model);
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

const NOTHING_MORE = { value: undefined };

/** The answer is whole: neither a connection that stays open nor one that is cut off takes anything from it. */
const lastOf = <T>(reading: Promise<T>): Promise<T | typeof NOTHING_MORE> =>
  within(
    GRACE_MS,
    reading.catch(() => NOTHING_MORE),
    NOTHING_MORE,
  );
