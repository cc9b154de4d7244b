// Restarts the embedded database's thread whenever it ends, and logs it.
import { setTimeout as pause } from "node:timers/promises";
import { within } from "@/lib/async";
import { awayError, Life, type Source } from "@/lib/db/embedded/life";
import type { Logger } from "@/lib/logger";

/** An event may wait so long for the database to be back, and still be acknowledged before Feishu pushes it again. */
const WAIT_MS = 2_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** Who ends sooner than this was not well from the start: it is waited longer each time. */
const WELL_AFTER_MS = 30_000;

export class EmbeddedThread {
  readonly #source: Source;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #closing = new AbortController();
  #life: Life | undefined;
  #opening: Promise<Life> | undefined;
  #failures = 0;

  private constructor(source: Source, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
  }

  /** Rejects where the database cannot be opened. */
  static async open(source: Source, logger: Logger): Promise<EmbeddedThread> {
    const thread = new EmbeddedThread(source, logger);
    await thread.#begin();
    return thread;
  }

  /** The thread as it lives; waits a little for one that is being opened anew. */
  async open(): Promise<Life> {
    if (this.#closing.signal.aborted) throw awayError("57P01", "The embedded database is closed.");
    if (this.#life) return this.#life;
    const opening = this.#opening?.catch(() => undefined) ?? Promise.resolve(undefined);
    const life = await within(WAIT_MS, opening, undefined);
    if (!life) throw awayError("57P03", "The embedded database is not open yet.");
    return life;
  }

  /** Calls `onPayload` for each NOTIFY on the channel, whichever thread it comes from. */
  async listen(channel: string, onPayload: (payload: string) => void): Promise<void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(onPayload));
    await listenOn(await this.open(), channel);
  }

  /** What was asked before is done first. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening?.catch(() => undefined);
    await this.#life?.close();
  }

  async #begin(): Promise<Life> {
    const life = await Life.begin(this.#source);
    const beganAt = performance.now();
    life.onNotification = (channel, payload) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
    };
    for (const channel of this.#listeners.keys()) await listenOn(life, channel);
    this.#life = life;
    void life.ended.then((why) => {
      this.#life = undefined;
      if (!why) return;
      this.#logger.error({ err: why }, "the embedded database's thread ended, reopening the database");
      if (performance.now() - beganAt > WELL_AFTER_MS) this.#failures = 0;
      this.#opening = this.#beginAnew();
      this.#opening.catch(() => undefined); // it is being closed
    });
    return life;
  }

  async #beginAnew(): Promise<Life> {
    for (;;) {
      const waitMs = this.#failures === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
      await pause(waitMs, undefined, { signal: this.#closing.signal });
      this.#failures += 1;
      try {
        const life = await this.#begin();
        this.#opening = undefined;
        this.#logger.warn("the embedded database is open again");
        return life;
      } catch (err) {
        this.#logger.error({ err }, "the embedded database could not be reopened, trying again");
      }
    }
  }
}

const listenOn = (life: Life, channel: string) =>
  life.ask({ lane: "work", text: `listen "${channel.replaceAll('"', '""')}"` });
