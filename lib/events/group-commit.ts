// Writes what many callers hand in with few statements: while one batch is being written, the next one gathers.
import { findByCode } from "@/lib/db/client";

type Waiting<I, O> = { item: I; resolve: (result: O) => void; reject: (error: unknown) => void };

export type GroupCommitOptions<I, O> = {
  /** Results in the order of the items. An item's own failure is an `Error` in its place. */
  write: (items: I[]) => Promise<(O | Error)[]>;
  maxItems: number;
  sizeOf?: (item: I) => number;
  maxSize?: number;
  /** How long a batch may gather before it is written; without it, for the rest of the event loop's turn. */
  gatherMs?: () => number;
};

/** Batches are written strictly one after the other, in the order of `add`. */
export class GroupCommit<I, O> {
  readonly #options: GroupCommitOptions<I, O>;
  #waiting: Waiting<I, O>[] = [];
  #isWriting = false;

  constructor(options: GroupCommitOptions<I, O>) {
    this.#options = options;
  }

  /** Settles when the item's batch is committed, or failed. */
  add(item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      await this.#writeBatch(this.#take());
    }
    this.#isWriting = false;
  }

  #gather(): Promise<void> {
    const ms = this.#options.gatherMs?.() ?? 0;
    // All that is ready to be read from sockets is read before setImmediate's turn: it comes into this batch.
    return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)));
  }

  #take(): Waiting<I, O>[] {
    const { maxItems, sizeOf, maxSize = Number.POSITIVE_INFINITY } = this.#options;
    let count = 0;
    let size = 0;
    for (const { item } of this.#waiting) {
      size += sizeOf?.(item) ?? 0;
      if (count === maxItems || (count > 0 && size > maxSize)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeBatch(batch: Waiting<I, O>[]): Promise<void> {
    const items = batch.map(({ item }) => item);
    try {
      settle(batch, await this.#options.write(items));
    } catch (error) {
      if (batch.length === 1 || !isItemsFault(error)) for (const { reject } of batch) reject(error);
      else for (const single of batch) await this.#writeBatch([single]);
    }
  }
}

function settle<I, O>(batch: Waiting<I, O>[], results: (O | Error)[]): void {
  batch.forEach(({ resolve, reject }, index) => {
    const result = results[index] as O | Error;
    if (result instanceof Error) reject(result);
    else resolve(result);
  });
}

/** PostgreSQL's classes of errors that lie in a row and not in the database: data, integrity, limits. */
export const isItemsFault = (error: unknown): boolean => findByCode(error, /^(22|23|54)...$/) !== undefined;
