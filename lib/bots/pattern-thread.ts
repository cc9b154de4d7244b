// Compiles and matches the regular expressions of rules in one thread for all bots, which is ended when it takes too long and begun anew.
import path from "node:path";
import { Worker } from "node:worker_threads";
import { Semaphore } from "@/lib/async";

const START_LIMIT_MS = 20_000;
const LIMIT_MS = 5_000; // a task within its bounds takes a second at most, on a machine that does nothing else
const HEAP_MB = 192;

/** Without a text: are these patterns? */
type Task = { patterns: readonly string[]; text?: string };

type Told = { id: number; result: number };

/** The first that fits, or without a text the first that is no pattern; -1: none. "gaveUp": it took too long. */
type Found = number | "gaveUp";

// The path is put together at run time: the thread is no part of the bundle.
const defaultScript = () => path.join(/* turbopackIgnore: true */ process.cwd(), "scripts", "match-patterns.mjs");

export class PatternThread {
  readonly #options: { script: () => string; limitMs: number };
  readonly #turns = new Semaphore({ atOnce: 1 });
  #worker: Promise<Worker> | undefined;
  #lastId = 0;

  constructor({ script = defaultScript, limitMs = LIMIT_MS } = {}) {
    this.#options = { script, limitMs };
  }

  /** `key`: for whom it is done; who asks much keeps nobody else waiting for more than one task. */
  ask(task: Task, key: string): Promise<Found> {
    return this.#turns.run(
      async () => {
        try {
          this.#worker ??= this.#start();
          return await this.#told(await this.#worker, task);
        } catch {
          await this.stop();
          return "gaveUp";
        }
      },
      { key },
    );
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.then((running) => running.terminate()).catch(() => undefined);
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(/* turbopackIgnore: true */ this.#options.script(), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.unref();
    worker.on("error", () => this.#forget(worker));
    worker.on("exit", () => this.#forget(worker));
    try {
      await message(worker, 0, START_LIMIT_MS);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return worker;
  }

  /** It died while nobody waited for it: the next task begins another one. */
  #forget(worker: Worker): void {
    this.#worker?.then(
      (running) => {
        if (running === worker) this.#worker = undefined;
      },
      () => undefined,
    );
  }

  #told(worker: Worker, task: Task): Promise<number> {
    this.#lastId += 1;
    const told = message(worker, this.#lastId, this.#options.limitMs);
    worker.postMessage({ ...task, id: this.#lastId });
    return told;
  }
}

/** Rejects where the thread ends before it has told, or takes longer. */
function message(worker: Worker, id: number, limitMs: number): Promise<number> {
  const ended = new AbortController();
  return new Promise<number>((resolve, reject) => {
    const give = (told: Told) => {
      if (told.id === id) resolve(told.result);
    };
    const fail = () => reject(new Error("The thread that matches patterns has ended."));
    const timer = setTimeout(fail, limitMs);
    worker.on("message", give).on("error", fail).on("exit", fail);
    ended.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      worker.off("message", give).off("error", fail).off("exit", fail);
    });
  }).finally(() => ended.abort());
}

let shared: PatternThread | undefined;

export const patternThread = (): PatternThread => {
  shared ??= new PatternThread();
  return shared;
};
