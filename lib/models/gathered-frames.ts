// Joins words that follow each other at once: what is done with each piece of an answer takes longer than reading it.
import { within } from "@/lib/async";
import { givingWay } from "@/lib/giving-way";
import type { Chunk, Frame } from "@/lib/models/answer-frames";

const GAP_MS = 30;
const LATE: unique symbol = Symbol("late");

/** The first words are handed on at once. */
export async function* gathered(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  const source = frames[Symbol.asyncIterator]();
  const giveWay = givingWay();
  let pending: Frame | undefined;
  let yieldedAt = Number.NEGATIVE_INFINITY;
  let coming: Promise<IteratorResult<Frame>> | undefined;
  try {
    for (;;) {
      if (!coming) {
        coming = source.next();
        // It may fail while somebody takes their time with what came before; it is awaited all the same.
        coming.catch(() => undefined);
      }
      let next: IteratorResult<Frame> | typeof LATE;
      try {
        next = pending ? await soon(yieldedAt + GAP_MS - performance.now(), coming) : await coming;
      } catch (error) {
        if (pending) yield pending;
        throw error;
      }
      if (next !== LATE) coming = undefined;
      const frame = next === LATE || next.done ? undefined : next.value;
      const merged = pending && frame && joined(pending, frame);
      if (merged) pending = merged;
      else {
        if (pending) yield pending;
        if (pending) yieldedAt = performance.now();
        pending = frame;
      }
      if (next !== LATE && next.done) return;
      await giveWay();
    }
  } finally {
    // Not waited for: what is being read at the moment may never come.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

/** Nothing is waited for once the time is over. */
const soon = async <T>(ms: number, promise: Promise<T>): Promise<T | typeof LATE> =>
  ms <= 0 ? LATE : within(ms, promise, LATE);

/** Undefined where they are not both words of the same kind. */
function joined(first: Frame, second: Frame): Frame | undefined {
  const [one, other] = [wordsOf(first), wordsOf(second)];
  if (!one || !other || one.key !== other.key) return undefined;
  const delta = { [one.key]: one.words + other.words };
  return { kind: "chunk", chunk: { choices: [{ index: 0, delta, finish_reason: null }] } };
}

type Words = { key: "content" | "reasoning_content"; words: string };

function wordsOf(frame: Frame): Words | undefined {
  if (frame.kind !== "chunk" || frame.chunk.usage || frame.chunk.choices.length !== 1) return undefined;
  const [choice] = frame.chunk.choices as [Chunk["choices"][number]];
  const [key, ...more] = Object.keys(choice.delta);
  if (choice.finish_reason !== null || more.length > 0 || (key !== "content" && key !== "reasoning_content")) {
    return undefined;
  }
  return { key, words: choice.delta[key] ?? "" };
}
