// Reads server-sent events out of a stream that somebody else writes: its lines, its events and its time are bounded.
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { givingWay } from "@/lib/giving-way";
import { endlessLineError } from "@/lib/responders/http-errors";

export type ServerEvent = { name: string; data: string };

const LONGEST_LINE = 64 * 1024;
const LONGEST_EVENT = 4 * LONGEST_LINE;
/** What is longer than a line may be is skipped: services tell much beside their answer. Not for ever. */
const LONGEST_SKIPPED = 1024 * 1024;

/** Its line was longer than what is kept of one. */
export const isCut = ({ data }: ServerEvent): boolean => data.length >= LONGEST_LINE - "data: ".length;

export async function* eventsOf(chunks: AsyncIterable<string>, host: string): AsyncGenerator<ServerEvent> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: (event) => events.push(event),
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") throw endlessLineError(host);
    },
  });
  const giveWay = givingWay();
  const cut = new LineCutter(host);
  for await (const chunk of chunks) {
    parser.feed(cut.cut(chunk));
    yield* taken(events, giveWay);
    await giveWay();
  }
  // The last event may come without the empty line behind it.
  parser.feed("\n\n");
  yield* taken(events, giveWay);
}

async function* taken(events: EventSourceMessage[], giveWay: () => Promise<void> | undefined) {
  for (const { event, data } of events.splice(0)) {
    yield { name: event || "message", data };
    await giveWay();
  }
}

/** Leaves out what is too long of a line. */
class LineCutter {
  readonly #host: string;
  #length = 0;

  constructor(host: string) {
    this.#host = host;
  }

  cut(chunk: string): string {
    let kept = "";
    for (let at = 0; at < chunk.length; ) {
      const end = lineEnd(chunk, at);
      const room = Math.max(0, LONGEST_LINE - this.#length);
      this.#length += end - at;
      if (this.#length > LONGEST_LINE + LONGEST_SKIPPED) throw endlessLineError(this.#host);
      kept += chunk.slice(at, Math.min(end, at + room));
      if (end === chunk.length) break;
      kept += chunk[end];
      this.#length = 0;
      at = end + 1;
    }
    return kept;
  }
}

const LINE_END = /[\r\n]/g;

function lineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? text.length;
}
