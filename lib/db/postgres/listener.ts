// The link over which notifications come. It is there all the time, so that other links can be asked about over it.
import { setTimeout as pause } from "node:timers/promises";
import type { Sql } from "postgres";
import { createBackoff } from "@/lib/db/backoff";
import type { Link } from "@/lib/db/postgres/link";
import { LinkError } from "@/lib/db/postgres/link-error";
import type { Logger } from "@/lib/logger";

export type ListenerOptions = {
  open(onNotify: (channel: string, payload: string) => void): Promise<Link>;
  logger: Logger;
};

export class Listener {
  readonly #options: ListenerOptions;
  readonly #channels = new Map<string, (payload: string) => void>();
  readonly #backoff = createBackoff();
  #link: Link | undefined;
  #isClosed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Resolves when it listens; from then on a lost link is replaced. What is told in between is not heard. */
  async listen(channel: string, onPayload: (payload: string) => void): Promise<void> {
    this.#channels.set(channel, onPayload);
    if (this.#link) await listenOn(this.#link, channel);
    else await this.#open();
  }

  /** Rejects where there is no link at the moment. */
  run<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T> {
    return this.#link?.run(ask) ?? Promise.reject(new LinkError("CONNECTION_CLOSED", "Nothing is listened to."));
  }

  /** Asks over the link, if nobody else does, whether it still carries. */
  async probe(): Promise<void> {
    const link = this.#link;
    if (link?.askedAt !== undefined) return;
    await link?.run((sql) => sql.unsafe("select 1")).catch((error: Error) => link.destroy(error));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#link?.close();
  }

  async #open(): Promise<void> {
    const link = await this.#options.open((channel, payload) => this.#channels.get(channel)?.(payload));
    if (this.#isClosed) return link.close();
    try {
      for (const channel of this.#channels.keys()) await listenOn(link, channel);
    } catch (error) {
      link.destroy(error as Error);
      throw error;
    }
    this.#link = link;
    link.onEnd = () => {
      this.#link = undefined;
      if (!this.#isClosed) void this.#openAgain();
    };
    this.#options.logger.debug({ channels: [...this.#channels.keys()] }, "listening");
  }

  async #openAgain(): Promise<void> {
    while (!this.#isClosed) {
      try {
        return await this.#open();
      } catch (err) {
        this.#options.logger.debug({ err }, "the link that listens could not be opened");
        await pause(this.#backoff() * 1_000, undefined, { ref: false });
      }
    }
  }
}

const listenOn = (link: Link, channel: string) =>
  link.run((sql) => sql.unsafe(`listen "${channel.replaceAll('"', '""')}"`));
