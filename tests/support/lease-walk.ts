// Several connection managers over one PGlite database in faked time, with a database link of each that slows, fails, and loses replies.
import type { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { ConnectionManager } from "@/lib/connections/manager";
import type { Bus, News } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import * as schema from "@/lib/db/schema";
import type { FeishuSocket } from "@/lib/feishu/socket";
import { createLogger } from "@/lib/logger";
import type { Random } from "@/tests/soak/random";
import { FakeSocket, network } from "@/tests/support/fake-sockets";
import { nextTurn, pass } from "@/tests/support/fake-time";

const SECOND = 1_000;
/** What fails here fails on purpose, hundreds of times a walk. */
const silentLogger = createLogger("error", { write: () => undefined });

/** The database of a walk: its `now()` is the faked clock. */
export async function walkDatabase(client: PGlite): Promise<PGlite> {
  await client.exec(`create schema clock;
    create function clock.now() returns timestamptz language sql volatile
      as $$ select to_timestamp(current_setting('clock.ms')::float8 / 1000) $$;
    set search_path = clock, public, pg_catalog;`);
  return client;
}

export class Walk {
  readonly #client: PGlite;
  readonly #random: Random;
  readonly #processes: Process[] = [];
  readonly #overlaps = new Map<string, number>();
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();
  longestOverlapMs = 0;

  constructor(client: PGlite, random: Random) {
    this.#client = client;
    this.#random = random;
  }

  get processes(): Process[] {
    return this.#processes.filter(({ isAlive }) => isAlive);
  }

  spawn(): Process {
    const process = new Process(this, this.#random, `p${this.#processes.length}`);
    this.#processes.push(process);
    process.start();
    return process;
  }

  /** Every statement of every process goes one by one, at the faked time. */
  async run<T>(query: (client: PGlite) => Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      const before = this.#last;
      const mine = before.then(async () => {
        await this.#client.exec(`set clock.ms = '${Date.now()}'`);
        return query(this.#client);
      });
      this.#last = mine.catch(() => undefined);
      return await mine;
    } finally {
      this.#pending -= 1;
    }
  }

  publish(news: News, from: Process): void {
    // To the others through the database: later, or not at all.
    for (const process of this.processes) {
      if (process === from) process.hear(news);
      else if (this.#random.below(10) > 0) setTimeout(() => process.hear(news), this.#random.below(50));
    }
  }

  async pass(ms: number): Promise<void> {
    await pass(ms, async () => {
      do await nextTurn();
      while (this.#pending > 0);
      this.#noteOverlaps();
    });
  }

  openSockets(botId: string): FakeSocket[] {
    return this.#processes.flatMap((process) => process.sockets(botId).filter(({ isOpen }) => isOpen));
  }

  /** Two of a process's own sockets of one bot, ever: what must never be. */
  get wrongs(): string[] {
    return this.#processes.flatMap(({ wrongs }) => wrongs);
  }

  #noteOverlaps(): void {
    const now = performance.now();
    const botIds = new Set(this.#processes.flatMap(({ botIds }) => botIds));
    for (const botId of botIds) {
      if (this.openSockets(botId).length < 2) {
        this.#overlaps.delete(botId);
        continue;
      }
      const since = this.#overlaps.get(botId) ?? now;
      this.#overlaps.set(botId, since);
      this.longestOverlapMs = Math.max(this.longestOverlapMs, now - since);
    }
  }
}

export class Process {
  readonly name: string;
  readonly wrongs: string[] = [];
  isAlive = true;
  isStopping = false;
  /** Between it and the database. */
  link: "up" | "flaky" | "cut" = "up";
  readonly #walk: Walk;
  readonly #random: Random;
  readonly #sockets = new Map<string, FakeSocket[]>();
  readonly #listeners = new Map<string, Set<(news: never) => void>>();
  readonly #manager: ConnectionManager;

  constructor(walk: Walk, random: Random, name: string) {
    this.#walk = walk;
    this.#random = random;
    this.name = name;
    const db = this.#database();
    const bus: Bus = {
      publish: (news) => walk.publish(news, this),
      subscribe: (topic, listener) => {
        const listeners = this.#listeners.get(topic) ?? new Set();
        this.#listeners.set(topic, listeners.add(listener as (news: never) => void));
        return () => void listeners.delete(listener as (news: never) => void);
      },
      close: async () => undefined,
    };
    this.#manager = new ConnectionManager({
      db,
      bus,
      instance: name,
      logger: silentLogger,
      // A bot's app is called as the bot itself: so its sockets are known by it.
      loadCredentials: async (botId) => ({ appId: botId, appSecret: "s", origin: "http://cloud" }),
      checkCredentials: async () => ({ ok: true }),
      onEvent: async () => undefined,
      openSocket: ({ credentials, onOpen, onLost }) => this.#open(credentials.appId, { onOpen, onLost }),
    });
  }

  start(): void {
    void this.#manager.start();
  }

  /** Leaves in peace, as at SIGTERM; the process ends after 20 s even where it could not. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const limit = new Promise<void>((resolve) => setTimeout(resolve, 20 * SECOND));
    await Promise.race([this.#manager.stop(), limit]);
    this.kill();
  }

  /** Nothing of it is left but its leases. */
  kill(): void {
    this.isAlive = false;
    for (const sockets of this.#sockets.values()) for (const socket of sockets) void socket.close();
    this.#listeners.clear();
  }

  hear(news: News): void {
    for (const listener of this.#listeners.get(news.topic) ?? []) listener(news as never);
  }

  get botIds(): string[] {
    return [...this.#sockets.keys()];
  }

  sockets(botId: string): FakeSocket[] {
    return this.#sockets.get(botId) ?? [];
  }

  loseSome(): void {
    const open = [...this.#sockets.values()].flat().filter(({ isOpen }) => isOpen);
    if (open.length > 0) this.#random.pick(open).lose(network);
  }

  #open(botId: string, handlers: ConstructorParameters<typeof FakeSocket>[0]): FeishuSocket {
    const sockets = this.sockets(botId);
    if (sockets.some(({ isClosed }) => !isClosed)) this.wrongs.push(`${this.name} opened a second socket of a bot`);
    const socket = new FakeSocket(handlers);
    if (this.#random.below(10) < 4) socket.closeMs = this.#random.below(2 * SECOND);
    this.#sockets.set(botId, [...sockets.filter(({ isClosed }) => !isClosed), socket]);
    const answers = this.#random.below(10) > 0;
    setTimeout(() => (answers ? socket.open() : socket.lose(network)), this.#random.below(SECOND));
    return socket;
  }

  #database(): Database {
    const query = async (...args: unknown[]) => {
      await this.#onTheWay();
      const result = await this.#walk.run((client) => (client.query as (...a: unknown[]) => Promise<unknown>)(...args));
      await this.#onTheWay();
      return result;
    };
    return drizzle({ query } as unknown as PGlite, { schema }) as unknown as Database;
  }

  /** Slow, or the end of it: before the statement it was not run, behind it nobody hears that it was. */
  async #onTheWay(): Promise<void> {
    const { link } = this;
    if (!this.isAlive) await new Promise(() => undefined);
    const dice = this.#random.below(100);
    if (link === "cut" || (link === "flaky" && dice < 15)) {
      await new Promise((resolve) => setTimeout(resolve, this.#random.below(5) * SECOND));
      throw new Error("The link to the database is cut.");
    }
    if (dice >= 50) return;
    const mostMs = link === "flaky" ? 3 * SECOND : 20;
    await new Promise((resolve) => setTimeout(resolve, this.#random.below(mostMs)));
  }
}
