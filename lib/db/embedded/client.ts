// What Drizzle's PGlite driver asks of a PGlite, answered by the database's thread.
import type { Lane, Request } from "@/lib/db/embedded/life";
import type { EmbeddedThread } from "@/lib/db/embedded/thread";
import type { ReadOptions, Result } from "@/lib/db/embedded/wire";

type Session = {
  query(text: string, params?: unknown[], options?: ReadOptions): Promise<Result>;
  exec(text: string, options?: ReadOptions): Promise<Result[]>;
};

let transactions = 0;

export class EmbeddedClient implements Session {
  readonly #thread: EmbeddedThread;
  readonly #lane: Lane;

  constructor(thread: EmbeddedThread, lane: Lane) {
    this.#thread = thread;
    this.#lane = lane;
  }

  async query(text: string, params: unknown[] = [], options?: ReadOptions): Promise<Result> {
    const life = await this.#thread.open();
    return last(await life.ask({ lane: this.#lane, text, params }, options));
  }

  async exec(text: string, options?: ReadOptions): Promise<Result[]> {
    const life = await this.#thread.open();
    return life.ask({ lane: this.#lane, text }, options);
  }

  /** From its first statement to its end the session is its own: whatever else it waits for, everybody waits for. */
  async transaction<T>(callback: (session: Session) => Promise<T>): Promise<T> {
    const life = await this.#thread.open();
    const lane = this.#lane;
    transactions += 1;
    const transaction = transactions;
    let state: "new" | "open" | "closed" = "new";
    const ask = (statement: Pick<Request, "text" | "params" | "ends">, options?: ReadOptions) => {
      if (state === "closed") throw new Error("The transaction is at its end.");
      const begins = state === "new" ? { begins: true as const } : {};
      state = statement.ends ? "closed" : "open";
      return life.ask({ lane, transaction, ...begins, ...statement }, options);
    };
    const end = async (text: "commit" | "rollback") => {
      if (state === "open") await ask({ text, ends: true });
      state = "closed";
    };
    try {
      const result = await callback({
        query: async (text, params = [], options) => last(await ask({ text, params }, options)),
        exec: async (text, options) => ask({ text }, options),
      });
      await end("commit");
      return result;
    } catch (error) {
      // Where it was taken away, or the thread is gone, there is nothing left to roll back.
      await end("rollback").catch(() => undefined);
      throw error;
    }
  }
}

/** Of one statement there is one result. */
const last = (results: Result[]): Result => results.at(-1) ?? { rows: [], fields: [], affectedRows: 0 };
