// Takes due events from the inbox and has them answered: in order in each chat, side by side across chats and bots.
import { randomBytes } from "node:crypto";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { type Moment, thisMoment } from "@/lib/elapsed";
import { answerEvent, brokenOff } from "@/lib/events/answering";
import { Asides } from "@/lib/events/asides";
import { BotRows } from "@/lib/events/bot-rows";
import { Burst } from "@/lib/events/burst";
import { Candidates } from "@/lib/events/candidates";
import { Capacity, MAX_AT_ONCE } from "@/lib/events/capacity";
import { GroupCommit, isItemsFault } from "@/lib/events/group-commit";
import * as inbox from "@/lib/events/inbox";
import { LeaseKeeper, LeaseLost } from "@/lib/events/leases";
import { Paces } from "@/lib/events/pace";
import { Reactions } from "@/lib/events/reactions";
import { deleteOldAudit, deleteOldEvents, deleteOldSessions } from "@/lib/events/retention";
import { Stops } from "@/lib/events/stopping";
import { type AnsweringParts, Try } from "@/lib/events/try";
import type { FeishuApis } from "@/lib/feishu/api";
import { Identities } from "@/lib/feishu/identity";
import { Names } from "@/lib/feishu/names";
import type { Logger } from "@/lib/logger";
import { Pictures } from "@/lib/responders/pictures";
import type { Sealer } from "@/lib/sealing";

export type WorkerOptions = {
  db: Database;
  bus: Bus;
  instance: string;
  logger: Logger;
  apis: FeishuApis;
  names?: Names;
  /** Opens what the bots' replies keep secret. */
  sealer: Sealer;
  /** Nobody else works on this database: whatever is being processed at the start is a dead process's. */
  exclusive: boolean;
  takeAcknowledgedAt?(id: number): number | undefined;
  timing?: Partial<typeof TIMING>;
};

const TIMING = {
  /** Short enough for a dead worker's events to be taken over within 15 s, the look at the inbox included. */
  leaseMs: 10_000,
  renewMs: 3_000,
  lookMs: 1_000,
  stopLimitMs: 18_000, // of the 20 s that the whole process has
  housekeepingMs: 6 * 3_600_000,
};

const DUE_PER_BOT = 200;
const LONGEST_LOOK_MS = 3_000; // a look that is costly comes less often
const UNHEALTHY_AFTER_MS = 60_000; // many looks
const DUE_MARGIN_MS = 5; // the database's clock rounds
/** With so many events under way, so long is worth waiting for a statement that finishes several. */
const gatherMs = (jobs: number): number => (jobs >= 64 ? 20 : jobs >= 16 ? 5 : 0);
const LARGEST_FINISH = 2_000_000; // characters in one statement
const FINISH_WAITS_MS = [100, 500, 1_000, 2_000, 5_000];

export class EventWorker {
  readonly #options: WorkerOptions;
  readonly #timing: typeof TIMING;
  /** Never the same twice: a restarted process must not take its predecessor's leases for its own. */
  readonly #owner: string;
  readonly #parts: AnsweringParts;
  readonly #leases: LeaseKeeper;
  readonly #stops: Stops;
  readonly #finishes: GroupCommit<inbox.Finish, inbox.Finished>;
  readonly #candidates = new Candidates();
  readonly #burst = new Burst();
  readonly #capacity = new Capacity();
  readonly #bots: BotRows;
  readonly #jobs = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #unsubscribe: (() => void) | undefined;
  #pumping: Promise<void> | undefined;
  #isWakeScheduled = false;
  #lookedAt = performance.now();
  #stopping: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerOptions) {
    const { db, apis, logger, sealer, names = new Names(apis) } = options;
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#owner = `${options.instance}/${randomBytes(6).toString("hex")}`;
    this.#bots = new BotRows(db);
    const asides = new Asides(logger);
    this.#parts = {
      db,
      bus: options.bus,
      apis,
      logger,
      sealer,
      asides,
      reactions: new Reactions({ db, apis, asides }),
      identities: new Identities(db, apis),
      names,
      pictures: new Pictures(apis),
      paces: new Paces(),
    };
    this.#stops = new Stops(options.bus);
    const { leaseMs, renewMs } = this.#timing;
    this.#leases = new LeaseKeeper({
      leaseMs,
      renewMs,
      logger,
      renew: (ids) => this.#alone(() => inbox.renew(db, this.#owner, ids, leaseMs)),
    });
    this.#finishes = new GroupCommit({
      write: (finishes) => this.#alone(() => inbox.finish(db, this.#owner, finishes)),
      maxItems: MAX_AT_ONCE,
      sizeOf: inbox.sizeOfFinish,
      maxSize: LARGEST_FINISH,
      gatherMs: () => gatherMs(this.#jobs.size),
    });
  }

  async start(): Promise<void> {
    if (this.#options.exclusive) await inbox.takeOverAll(this.#options.db);
    this.#unsubscribe = this.#options.bus.subscribe("event", ({ botId, id, due }) => {
      if (!due) return;
      this.#burst.note();
      this.#offer(botId, id);
    });
    this.#leases.start();
    this.#stops.start();
    this.#lookRegularly(0);
    this.#sweepReactions();
    this.#keepHouse();
  }

  /** False once it stops, and while the inbox cannot be read. */
  get isHealthy(): boolean {
    return this.#stopping === undefined && performance.now() - this.#lookedAt < UNHEALTHY_AFTER_MS;
  }

  /** Finishes what it is doing, and gives back what takes longer than `limitMs`. */
  stop(limitMs = this.#timing.stopLimitMs): Promise<void> {
    this.#stopping ??= this.#stop(limitMs);
    return this.#stopping;
  }

  /** Handles all that is due. For platforms that end the process between requests. */
  async drain(): Promise<void> {
    for (;;) {
      await this.#look();
      await this.#pump();
      if (this.#jobs.size === 0) return this.#parts.asides.settled();
      await Promise.all(this.#jobs);
    }
  }

  async #stop(limitMs: number): Promise<void> {
    this.#unsubscribe?.();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#candidates.clear();
    await Promise.race([this.#settled(), pause(limitMs)]);
    this.#leases.stop();
    this.#stops.stop();
    const unfinished = this.#leases.endAll();
    if (unfinished.length > 0) await inbox.release(this.#options.db, this.#owner, unfinished);
  }

  async #settled(): Promise<void> {
    await this.#pumping;
    await Promise.all(this.#jobs);
    await this.#parts.asides.settled();
  }

  #offer(botId: string, id: number): void {
    if (this.#stopping) return;
    this.#candidates.add(botId, id);
    this.#wake();
  }

  #wake(): void {
    if (this.#isWakeScheduled) return;
    this.#isWakeScheduled = true;
    const pump = () => {
      this.#isWakeScheduled = false;
      if (this.#burst.holdMs > 0) this.#wake();
      else void this.#pump();
    };
    // Without a burst still later in this turn: what is told together becomes one statement.
    const { holdMs } = this.#burst;
    if (holdMs > 0) this.#later(holdMs, pump);
    else setImmediate(pump);
  }

  #pump(): Promise<void> {
    this.#pumping ??= this.#claimAll().finally(() => {
      this.#pumping = undefined;
    });
    return this.#pumping;
  }

  async #claimAll(): Promise<void> {
    const { db, logger } = this.#options;
    while (!this.#stopping) {
      const ids = this.#candidates.take(this.#capacity.room, (botId, taken) => this.#capacity.roomFor(botId, taken));
      if (ids.length === 0) return;
      const claimedAt = thisMoment();
      try {
        for (const event of await inbox.claim(db, this.#owner, ids, this.#timing.leaseMs))
          this.#begin(event, claimedAt);
      } catch (err) {
        logger.error({ err }, "claiming events failed");
        return; // the next look finds them again
      }
    }
  }

  #begin(event: inbox.ClaimedEvent, claimedAt: Moment): void {
    this.#capacity.enter(event.botId);
    const job = this.#work(event, claimedAt).then(() => {
      this.#jobs.delete(job);
      this.#capacity.leave(event.botId);
      this.#wake();
    });
    this.#jobs.add(job);
  }

  /** Never rejects. */
  async #work(event: inbox.ClaimedEvent, claimedAt: Moment): Promise<void> {
    const { logger, takeAcknowledgedAt } = this.#options;
    const lease = this.#leases.hold(event.id, claimedAt);
    const stop = this.#stops.begin(event);
    let outcome: inbox.Outcome;
    try {
      const bot = await this.#bots.get(event.botId, event.botUpdatedAt);
      if (!bot) return;
      outcome = await answerEvent(new Try(event, bot, lease, stop), this.#parts, takeAcknowledgedAt?.(event.id));
    } catch (err) {
      logger.warn({ err, botId: event.botId, eventId: event.id }, "event processing failed unexpectedly");
      if (err instanceof LeaseLost) return;
      outcome = brokenOff(event, err);
    } finally {
      this.#leases.end(event.id);
      this.#stops.end(event.id);
    }
    await this.#finish(event, outcome);
  }

  async #finish(event: inbox.ClaimedEvent, outcome: inbox.Outcome): Promise<void> {
    const { bus } = this.#options;
    const { id, botId } = event;
    const finished = await this.#write({ event, outcome });
    if (!finished?.isOurs) return;
    if (outcome.pauseBotMs !== undefined) {
      this.#later(this.#capacity.pause(botId, outcome.pauseBotMs), () => this.#wake());
    }
    if (outcome.status === "pending") {
      this.#later((outcome.afterMs ?? 0) + DUE_MARGIN_MS, () => this.#offer(botId, id));
    }
    if (finished.next !== undefined) this.#offer(botId, finished.next);
    bus.publish({ topic: "event", botId, id });
  }

  /** Tries until it is written; undefined when the process stops first. */
  async #write(finish: inbox.Finish): Promise<inbox.Finished | undefined> {
    let writing = finish;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#finishes.add(writing);
      } catch (err) {
        const { event } = finish;
        this.#options.logger.error({ err, botId: event.botId, eventId: event.id }, "event result was not written");
        if (this.#stopping && tries >= FINISH_WAITS_MS.length) return undefined;
        // What the database refuses today it refuses tomorrow: the chat must not wait for it.
        if (isItemsFault(err)) writing = { event, outcome: unwritable(event) };
        await pause(FINISH_WAITS_MS[tries] ?? FINISH_WAITS_MS.at(-1) ?? 0);
      }
    }
  }

  // Two statements over the same rows in different orders could lock each other out.
  #alone<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write, write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  // The net below the news: retries and leases of dead workers, and whatever a lost message should have told.
  #lookRegularly(afterMs: number): void {
    this.#later(afterMs, async () => {
      const startedAt = performance.now();
      await this.#look();
      const tookMs = performance.now() - startedAt;
      if (!this.#stopping) this.#lookRegularly(Math.max(this.#timing.lookMs, Math.min(tookMs * 20, LONGEST_LOOK_MS)));
    });
  }

  async #look(): Promise<void> {
    const { db, logger } = this.#options;
    try {
      for (const { botId, id } of await inbox.listDue(db, DUE_PER_BOT)) this.#offer(botId, id);
      this.#lookedAt = performance.now();
    } catch (err) {
      logger.error({ err }, "inbox could not be read");
    }
  }

  #keepHouse(): void {
    const { db, logger, exclusive } = this.#options;
    this.#later(this.#timing.housekeepingMs, async () => {
      try {
        await deleteOldEvents(db, { vacuum: exclusive });
        await deleteOldAudit(db);
        await deleteOldSessions(db);
      } catch (err) {
        logger.warn({ err }, "expired data was not deleted");
      }
      if (this.#stopping) return;
      this.#sweepReactions();
      this.#keepHouse();
    });
  }

  #sweepReactions(): void {
    const { asides, reactions } = this.#parts;
    asides.run("looking for old reactions", {}, () => reactions.sweep());
  }

  #later(ms: number, action: () => void | Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void action();
    }, ms).unref();
    this.#timers.add(timer);
  }
}

const unwritable = (event: inbox.ClaimedEvent): inbox.Outcome => ({
  status: "failed",
  error: { code: "event.unwritable" },
  steps: event.steps,
  replies: [],
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
