// One life of the embedded database's thread, from its opening to its end: what is asked of it, and what it answers.
import path from "node:path";
import { Worker } from "node:worker_threads";
import {
  type ArrayType,
  type Parsers,
  parsersWith,
  type ReadOptions,
  type Result,
  readAnswer,
} from "@/lib/db/embedded/wire";

/** Intake, worker and connections go first; everything else is the console's. */
export type Lane = "work" | "console";

export type Request = {
  lane: Lane;
  text: string;
  /** Without them the text may hold several statements. */
  params?: unknown[];
  /** Its number. Its first request begins it. */
  transaction?: number;
  begins?: true;
  ends?: true;
};

/** What PGlite opens: a folder, or a copy of one in memory. */
export type Source = (
  | { dataDir: string; startParams?: string[] }
  | { loadDataDir: Blob; pgliteWasmModule: WebAssembly.Module }
) & {
  /** For how long a transaction may hold the session; scripts/database/serve.mjs has the defaults. */
  limits?: { idleMs?: number; consoleMs?: number };
};

type Waiting = { resolve: (results: Result[]) => void; reject: (error: unknown) => void; options: ReadOptions };
type Reply =
  | { ready: ArrayType[] }
  | { lost: string }
  | { id: number; bytes: Uint8Array }
  | { id: number; refused: { code?: string; message: string } };

// PostgreSQL's codes: a server that ended abruptly, that is not open yet, and that was told to end.
type AwayCode = "57P02" | "57P03" | "57P01";

export const awayError = (code: AwayCode, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });

// The path is put together at run time: the engine is no part of the bundle, and is only loaded in the thread.
const script = () => path.join(/* turbopackIgnore: true */ process.cwd(), "scripts", "database-thread.mjs");

export class Life {
  /** Resolves when the thread is gone; with why, unless it was closed. */
  readonly ended: Promise<Error | undefined>;
  onNotification: (channel: string, payload: string) => void = () => undefined;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #parsers: Parsers = {};
  #outbox: ({ id: number } & Request)[] = [];
  #ids = 0;
  #isClosing = false;
  #end: Error | undefined;

  private constructor(source: Source) {
    this.#worker = new Worker(/* turbopackIgnore: true */ script(), { workerData: source, env: {} });
    this.ended = new Promise((resolve) => {
      let why: unknown;
      this.#worker.on("error", (error) => {
        why = error;
      });
      this.#worker.on("message", (reply: Reply) => {
        if ("lost" in reply) why = new Error(reply.lost);
        else this.#receive(reply);
      });
      this.#worker.once("exit", (code) => {
        const end = awayError("57P02", "The embedded database ended before it answered.", why ?? `exit ${code}`);
        this.#end = end;
        for (const { reject } of this.#waiting.values()) reject(end);
        this.#waiting.clear();
        resolve(this.#isClosing ? undefined : end);
      });
    });
  }

  /** Rejects where the database cannot be opened. */
  static async begin(source: Source): Promise<Life> {
    const life = new Life(source);
    await Promise.race([life.#ready(), life.ended.then((end) => Promise.reject(end))]);
    return life;
  }

  #ready(): Promise<void> {
    return new Promise((resolve) => {
      const look = (reply: Reply) => {
        if (!("ready" in reply)) return;
        this.#worker.off("message", look);
        this.#parsers = parsersWith(reply.ready);
        resolve();
      };
      this.#worker.on("message", look);
    });
  }

  ask(request: Request, options: ReadOptions = {}): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#ids += 1;
      this.#waiting.set(this.#ids, { resolve, reject, options });
      this.#outbox.push({ id: this.#ids, ...request });
      // What is asked together goes in one message: each costs both sides a turn.
      if (this.#outbox.length === 1) queueMicrotask(() => this.#send());
    });
  }

  /** Ends the thread once everything asked of it is done. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#send();
    this.#worker.postMessage([{ close: true }]);
    await this.ended;
  }

  #send(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    try {
      this.#worker.postMessage(requests);
    } catch {
      // One of them cannot be copied; the others are not to suffer from it.
      for (const request of requests) this.#sendAlone(request);
    }
  }

  #sendAlone(request: { id: number } & Request): void {
    try {
      this.#worker.postMessage([request]);
    } catch (error) {
      this.#take(request.id)?.reject(error);
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #receive(reply: Exclude<Reply, { lost: string }>): void {
    if ("ready" in reply) return;
    const waiting = this.#take(reply.id);
    if (!waiting) return;
    if ("refused" in reply) {
      const { code, message } = reply.refused;
      waiting.reject(Object.assign(new Error(message), code ? { code } : {}));
    } else {
      this.#settle(waiting, reply.bytes);
    }
  }

  #settle({ resolve, reject, options }: Waiting, bytes: Uint8Array): void {
    try {
      const { results, error, notifications } = readAnswer(bytes, this.#parsers, options);
      if (error) reject(error);
      else resolve(results);
      for (const { channel, payload } of notifications) this.onNotification(channel, payload);
    } catch (error) {
      reject(error);
    }
  }
}
