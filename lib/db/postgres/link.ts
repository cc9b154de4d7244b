// One session with PostgreSQL: a socket of its own, one statement at a time, and for how long nothing has come over it.
import type { Socket } from "node:net";
import postgres, { type Options, type Sql } from "postgres";
import { isDatabaseAway } from "@/lib/db/client";
import { LinkError } from "@/lib/db/postgres/link-error";
import { openSocket, type Place } from "@/lib/db/postgres/socket";

export type LinkOptions = {
  url: string;
  /** Tried one after the other. */
  places: Place[];
  /** From the name's resolution to the first answer. */
  connectMs: number;
  /** How long PostgreSQL works on a statement before it gives it up; 0: as long as it takes. */
  statementMs: number;
  onNotify?: (channel: string, payload: string) => void;
  /** How values are read and written; without it, as postgres.js does. */
  conversions?: Conversions;
};

export type Conversions = Pick<Sql["options"], "parsers" | "serializers">;

/** The session as PostgreSQL knows it: a process id alone is given anew some time. */
export type Backend = { pid: number; startedAt: string };

const KEEP_ALIVE_SECONDS = 10;
const GOODBYE_SECONDS = 1;
/** PostgreSQL ends sessions of a process that is gone, and with them their locks, within about this time. */
const GONE_MS = 12_000;

// Not understood by every server or platform, and none of it is needed: with dead sessions others only wait longer.
const WHEN_WE_ARE_GONE = `select set_config('idle_in_transaction_session_timeout', '30000', false),
  set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),
  set_config('tcp_user_timeout', '${GONE_MS}', false), set_config('client_connection_check_interval', '2000', false)`;

const closed = () => new LinkError("CONNECTION_CLOSED", "The connection to PostgreSQL was closed.");
const ignored = () => undefined;

export class Link {
  readonly openedAt = performance.now();
  /** Called once, when no further statement can be run. */
  onEnd: () => void = ignored;
  readonly #client: Sql;
  #backend: Backend = { pid: 0, startedAt: "" };
  #socket: Socket | undefined;
  readonly #places: Place[];
  #turn: Promise<unknown> = Promise.resolve();
  #askedAt: number | undefined;
  #heardAt = performance.now();
  #bytes = 0;
  #quietLooks = 0;
  #ended: Error | undefined;
  #reject: ((error: Error) => void) | undefined;

  private constructor({ url, places, onNotify, conversions }: LinkOptions) {
    this.#places = [...places];
    const options = {
      max: 1,
      connect_timeout: 0,
      idle_timeout: 0,
      max_lifetime: null,
      keep_alive: KEEP_ALIVE_SECONDS,
      connection: { application_name: "larkspur" },
      onnotice: ignored,
      onnotify: onNotify ?? ignored,
      onclose: () => this.#close(),
      // Nothing here sends or reads arrays as such, and what fails meanwhile would be caught by nobody (postgres.js 3.4).
      fetch_types: false,
      ssl: false,
      socket: () => this.#connect(),
    };
    this.#client = postgres(url, options as Options<Record<string, never>>) as Sql;
    Object.assign(this.#client.options.parsers, conversions?.parsers);
    Object.assign(this.#client.options.serializers, conversions?.serializers);
  }

  /** Rejects with what PostgreSQL or the network said. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    const { connectMs, statementMs } = options;
    const timer = setTimeout(() => {
      // What had come by then while this process was busy is read first.
      setImmediate(() => {
        if (!link.#backend.pid) link.destroy(new LinkError("CONNECT_TIMEOUT", `No answer within ${connectMs} ms.`));
      });
    }, connectMs);
    try {
      const [row] = await link.run((sql) =>
        sql.unsafe(
          `select pg_backend_pid() as pid, set_config('statement_timeout', '${statementMs}', false),
            (select extract(epoch from backend_start)::text from pg_stat_activity where pid = pg_backend_pid()) as started`,
        ),
      );
      await link
        .run((sql) => sql.unsafe(WHEN_WE_ARE_GONE))
        .catch((error: unknown) => {
          if (isDatabaseAway(error)) throw error;
        });
      link.#backend = { pid: Number(row?.pid), startedAt: String(row?.started) };
      return link;
    } catch (error) {
      link.destroy(closed());
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get backend(): Backend {
    return this.#backend;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** When the statement that is being waited for was sent; undefined while there is none. */
  get askedAt(): number | undefined {
    return this.#askedAt;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Runs the statement when those before it are done. Rejects at once when the link ends, whatever became of it. */
  run<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T> {
    const answer = this.#turn.then(() => this.#ask(ask));
    this.#turn = answer.catch(ignored);
    return answer;
  }

  /**
   * To be called regularly: how many times running nothing was heard though an answer is due. Counted and not measured:
   * a process that stood still had no time to read what had come.
   */
  look(): number {
    const bytes = this.#socket?.bytesRead ?? 0;
    this.#quietLooks = this.#askedAt === undefined || bytes !== this.#bytes ? 0 : this.#quietLooks + 1;
    this.#bytes = bytes;
    return this.#quietLooks;
  }

  /** PostgreSQL was asked elsewhere, and is at work. */
  isAtWork(): void {
    this.#quietLooks = 0;
  }

  /** Ends the socket without a word: over a dead one none would arrive. */
  destroy(reason: Error): void {
    if (this.#ended) return;
    this.#end(reason);
    this.#reject?.(reason);
    this.#socket?.destroy();
  }

  /** Says goodbye. Only for a link that nobody uses. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#end(closed());
    await this.#client.end({ timeout: GOODBYE_SECONDS });
    this.#socket?.destroy();
  }

  #end(reason: Error): void {
    this.#ended = reason;
    this.onEnd();
  }

  #ask<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#askedAt = performance.now();
    this.#quietLooks = 0;
    return new Promise<T>((resolve, reject) => {
      // The driver does not settle every statement of a connection that is lost.
      this.#reject = reject;
      ask(this.#client).then(resolve, reject);
    }).finally(() => {
      this.#askedAt = undefined;
      this.#reject = undefined;
      if (!this.#ended) this.#heardAt = performance.now();
    });
  }

  /** The driver connects again by itself, which would be another session: here it may once per place. */
  async #connect(): Promise<Socket> {
    let problem: unknown = closed();
    for (let place = this.#places.shift(); place && !this.#ended; place = this.#places.shift()) {
      try {
        return await openSocket(place, (socket) => {
          this.#socket = socket;
        });
      } catch (error) {
        problem = error;
      }
    }
    // With several addresses the driver waits for a success.
    this.destroy(problem as Error);
    throw problem;
  }

  #close(): void {
    if (this.#ended) return;
    this.#end(closed());
    // What the driver or PostgreSQL said is told first.
    setImmediate(() => this.#reject?.(closed()));
  }
}
