// A server-sent event stream: named events with ids, a sign of life now and then, and an end when nobody reads.

const COMMENT_MS = 15_000; // the contract
const LOOK_MS = 1_000; // what a sign of life tells is told soon
const RETRY_MS = 2_000; // what a browser waits before it comes back
const BUFFER_BYTES = 1024 * 1024;

export type EventStream = {
  response: Response;
  /** Aborted when the stream has ended, for whatever reason. */
  ended: AbortSignal;
  send(name: string, data: unknown): void;
  end(): void;
};

/**
 * Ends when one of the signals aborts, and when a reader is so slow that a megabyte waits for it: it comes back and starts
 * anew. `alive`: what the signs of life say, told at once when it changes; without it they are comments.
 */
export function openEventStream(
  signals: AbortSignal[],
  { alive }: { alive?: (() => object) | undefined } = {},
): EventStream {
  const encoder = new TextEncoder();
  const ending = new AbortController();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let lastId = 0;

  const end = () => {
    if (ending.signal.aborted) return;
    ending.abort();
    clearInterval(timer);
    clearInterval(looking);
    try {
      controller?.close();
    } catch {
      // The reader has cancelled: it is closed already.
    }
  };
  const write = (text: string) => {
    if (ending.signal.aborted || !controller) return;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) <= 0) end();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened;
        write(`retry: ${RETRY_MS}\n\n`);
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  );
  let told = JSON.stringify(alive?.());
  const sign = () => {
    told = JSON.stringify(alive?.());
    write(alive ? `: still here\nevent: alive\ndata: ${told}\n\n` : ": still here\n\n");
  };
  const timer = setInterval(sign, COMMENT_MS);
  const looking = alive && setInterval(() => JSON.stringify(alive()) === told || sign(), LOOK_MS);
  for (const signal of signals) {
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true, signal: ending.signal });
  }

  return {
    response: new Response(body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        // no-transform: a compressing proxy would hold events back. x-accel-buffering: so would nginx.
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
    }),
    ended: ending.signal,
    send(name, data) {
      lastId += 1;
      write(`id: ${lastId}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end,
  };
}
