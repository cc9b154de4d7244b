// Makes the connections that exist equal those that are wished for, as far as this process holds their leases.
import { randomUUID } from "node:crypto";
import { getBotRow, listWantedBots } from "@/lib/bots/queries";
import type { BotCredentials, ConnectionState } from "@/lib/bots/schemas";
import { Admission, staggerMs } from "@/lib/connections/admission";
import { coalesce } from "@/lib/connections/coalesce";
import { Handover } from "@/lib/connections/handover";
import { HeldBot, type HeldBotDeps } from "@/lib/connections/held-bot";
import { forgetOldChanges } from "@/lib/connections/history";
import { LeaseClock } from "@/lib/connections/lease-clock";
import {
  acquireLeases,
  type Holder,
  isHeld,
  type Lease,
  releaseLeases,
  renewLeases,
  settleAbandoned,
} from "@/lib/connections/leases";
import type { Claim } from "@/lib/connections/offers";
import { Outage } from "@/lib/connections/outage";
import { Pulse } from "@/lib/connections/pulse";
import { StatusRecorder, writeVitals } from "@/lib/connections/recorder";
import { beat, leave, readShares, type Shares } from "@/lib/connections/replicas";
import { Successor } from "@/lib/connections/successor";
import { TIMES } from "@/lib/connections/times";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { thisMoment } from "@/lib/elapsed";
import { AppError, type Reason } from "@/lib/errors";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { openSocket } from "@/lib/feishu/socket";
import type { Logger } from "@/lib/logger";

export type ManagerDeps = {
  db: Database;
  bus: Bus;
  instance: string;
  logger: Logger;
  /** Null when the bot is gone. */
  loadCredentials(botId: string): Promise<BotCredentials | null>;
  /** The event is acknowledged when it resolves; what it resolves with travels in the acknowledgement. */
  onEvent(botId: string, envelope: unknown): Promise<unknown>;
  /** A bot's connection of this process is up: for the first time, again, or taken over. */
  onConnected?(botId: string): void;
  /** No other process can use this database, so that leases of the past need not be waited for. */
  exclusive?: boolean;
  clock?: () => number; // of the pulse, in ms
  openSocket?: typeof openSocket;
  checkCredentials?: typeof checkCredentials;
  times?: Partial<typeof TIMES>;
};

const UNHEALTHY_AFTER_MS = 60_000;

export class ConnectionManager {
  readonly #deps: ManagerDeps;
  readonly #times: typeof TIMES;
  readonly #holder: Holder;
  readonly #clock: LeaseClock;
  readonly #recorder: StatusRecorder;
  readonly #admission = new Admission();
  readonly #outage = new Outage();
  readonly #pulse: Pulse;
  readonly #handover: Handover;
  readonly #successor: Successor;
  readonly #held = new Map<string, HeldBot>();
  /** Sockets that are being closed though the lease is gone: the bot must not get a second one meanwhile. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Leases that could not be given back yet. */
  readonly #unreleased = new Set<string>();
  /** Bots of which something was changed: one in `error` is tried again. */
  readonly #changed = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => undefined;
  #isStarted = false;
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  #isAway = false;
  #hasOthers = false;
  #reconciledAt = performance.now();
  readonly #reconcile = coalesce(() => this.#reconcileOnce());
  readonly #renew = coalesce(() => this.#renewOnce());

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    this.#times = { ...TIMES, ...deps.times };
    const owner = `${deps.instance}/${randomUUID()}`;
    this.#holder = { owner, instance: deps.instance, isAlone: deps.exclusive ?? false };
    this.#clock = new LeaseClock(this.#holder);
    this.#recorder = new StatusRecorder({ ...deps, onWritten: (botIds) => this.#publish(botIds) });
    const holder = this.#holder;
    const held = () => [...this.#held.values()];
    this.#pulse = new Pulse({ ...deps, holder, held, times: this.#times });
    this.#handover = new Handover({ ...deps, holder, held, renew: () => this.#renew() });
    this.#successor = new Successor({
      ...deps,
      holder,
      create: (claim, onConnected) => this.#createSuccessor(claim, onConnected),
      onTakenOver: (bot) => this.#takenOver(bot),
    });
  }

  /** Resolves when the wished connections are being made; does not wait until they are up. */
  async start(): Promise<void> {
    if (this.#isStarted || this.#isStopping) return;
    this.#isStarted = true;
    this.#unsubscribe = this.#deps.bus.subscribe("bot", ({ botId }) => void this.reconcileBot(botId));
    const every = (ms: number, run: () => unknown) => this.#timers.push(setInterval(run, ms));
    every(this.#times.reconcileMs, () => this.#reconcile());
    every(this.#clock.renewEveryMs, () => this.#renew());
    every(this.#times.eventTimesMs, () => this.#writeVitals(false));
    every(this.#times.eventTimesMs, () => this.#dropTakenOver());
    every(this.#times.vitalsMs, () => this.#writeVitals(true));
    every(this.#times.forgetMs, () => this.#guarded("forgetting old changes", () => forgetOldChanges(this.#deps.db)));
    // The others count with this replica from here on.
    await this.#renew();
    await this.#reconcile();
    if (!this.#isStopping) this.#pulse.start();
  }

  /** Lets other replicas take the bots over, closes what is left and gives the leases back. */
  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown();
    return this.#stopped;
  }

  /** Acts on a change of the bot at once instead of at the next round; a connection in `error` is tried again. */
  async reconcileBot(botId: string): Promise<void> {
    this.#changed.add(botId);
    await this.#reconcile();
    await this.#recorder.flush();
  }

  /** Resolves when no replica holds a socket of the bot any more, or it is wished for again. */
  async disconnected(botId: string): Promise<void> {
    await this.#reconcile();
    await this.#held.get(botId)?.releasing;
    const deadline = performance.now() + this.#times.disconnectMs;
    while (await isHeld(this.#deps.db, botId)) {
      const bot = await getBotRow(this.#deps.db, botId);
      if (bot?.enabled && bot.useWebSocket) return;
      if (performance.now() > deadline) throw new AppError("unavailable", "connection.stillOpen");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Whether this process has the bot's connection; rejects while another may have taken it over. */
  async holds(botId: string): Promise<boolean> {
    if (this.#clock.isStale) await this.#renew();
    if (this.#clock.isStale) throw new AppError("unavailable", "connection.notHeld");
    const held = this.#held.get(botId);
    return held !== undefined && !held.releasing;
  }

  /** What the status of a bot of this process says while it is connected; undefined: nothing. */
  note(botId: string, notice: Reason | undefined): void {
    this.#held.get(botId)?.note(notice);
  }

  /** False once it stops, and while connections cannot be made as wished: no matter how those that exist fare. */
  get isHealthy(): boolean {
    return !this.#isStopping && performance.now() - this.#reconciledAt < UNHEALTHY_AFTER_MS;
  }

  /** How many connections this process holds, and in which states. */
  get counts(): Record<ConnectionState, number> {
    const counts = { disconnected: 0, connecting: 0, connected: 0, reconnecting: 0, error: 0 };
    for (const { state } of this.#held.values()) counts[state] += 1;
    return counts;
  }

  async #reconcileOnce(): Promise<void> {
    if (this.#isStopping) return;
    // Who slept may have lost its bots, and who offers some has perhaps been freed of them.
    if (this.#clock.isLate || this.#handover.hasOffers) await this.#renew();
    await this.#guarded("making connections as wished", async () => {
      const wanted = new Map((await listWantedBots(this.#deps.db)).map((bot) => [bot.id, bot]));
      if (this.#isStopping) return;
      const changed = new Set(this.#changed);
      this.#changed.clear();
      for (const held of [...this.#held.values()]) {
        if (this.#held.get(held.botId) !== held) continue;
        const bot = wanted.get(held.botId);
        if (!bot) void this.#release(held, { code: "connection.switchedOff" });
        else if (held.releasing) continue;
        else if (bot.credentialsVersion !== held.credentialsVersion) {
          held.rebuild(bot.credentialsVersion);
          await this.#handover.cancel(held);
        } else if (changed.has(bot.id) && held.state === "error") held.retryNow();
      }
      await this.#giveBack([...this.#unreleased]);
      const shares = await readShares(this.#deps.db, this.#holder, wanted.size);
      this.#hasOthers = shares.others > 0;
      await this.#successor.settle(wanted);
      await this.#acquire(wanted, shares);
      await this.#rebalance(shares);
      this.#publish(await settleAbandoned(this.#deps.db, this.#holder));
      this.#reconciledAt = performance.now();
    });
  }

  async #acquire(wanted: Map<string, { credentialsVersion: number }>, { others, most }: Shares): Promise<void> {
    const busy = new Set(this.#busy);
    const missing = [...wanted.keys()].filter((botId) => !busy.has(botId));
    const begunAt = thisMoment();
    const room = others > 0 ? most - this.#size : undefined;
    const leases = await acquireLeases(this.#deps.db, this.#holder, missing, {
      most: room,
      spares: this.#clock.sparesOthers,
    });
    if (this.#held.size === 0) this.#clock.begin(begunAt);
    if (this.#isStopping) return this.#giveBack(leases.map(({ botId }) => botId));
    const spreadMs = staggerMs(leases.length);
    for (const lease of leases) {
      this.#hold(lease, wanted.get(lease.botId)?.credentialsVersion ?? 0, Math.random() * spreadMs);
    }
  }

  /** Bots of which this process has a socket, or of which something is still to be done. */
  get #busy(): string[] {
    const maps = [this.#held, this.#unreleased, this.#ending];
    return [...maps.flatMap((bots) => [...bots.keys()]), ...this.#successor.botIds];
  }

  /** How many bots it has, with those that it is about to take over. */
  get #size(): number {
    const staying = [...this.#held.values()].filter(({ releasing }) => !releasing);
    return staying.length + this.#successor.botIds.length;
  }

  /** Takes what is offered to make up its share, or offers what is more. */
  async #rebalance({ others, ...shares }: Shares): Promise<void> {
    // Who stops offers its bots, too, and does not count any more.
    if (!this.#holder.isAlone && !this.#isStopping) {
      const share = shares.isOtherShort ? shares.least : shares.most;
      await this.#successor.claim(share - this.#size, this.#busy);
    }
    if (!this.#isStopping) await this.#handover.rebalance({ others, ...shares });
  }

  #createSuccessor({ botId, credentialsVersion }: Claim, onReadyToTakeOver: () => void): HeldBot {
    return this.#create({ botId, fence: undefined, before: undefined }, credentialsVersion, { onReadyToTakeOver });
  }

  #takenOver(held: HeldBot): void {
    this.#held.set(held.botId, held);
    // The one that had it closes its socket now.
    this.#deps.bus.publish({ topic: "bot", botId: held.botId });
  }

  #hold(lease: Lease, credentialsVersion: number, startDelayMs: number): void {
    // Overwritten, its socket would live on with nobody to close it.
    if (this.#busy.includes(lease.botId)) throw new Error(`The bot ${lease.botId} is held already.`);
    const held = this.#create(lease, credentialsVersion, {}, startDelayMs);
    this.#held.set(lease.botId, held);
    held.start();
  }

  #create(
    lease: ConstructorParameters<typeof HeldBot>[0],
    credentialsVersion: number,
    more: Pick<HeldBotDeps, "onReadyToTakeOver">,
    startDelayMs = 0,
  ): HeldBot {
    const { openSocket: open = openSocket, checkCredentials: check = checkCredentials } = this.#deps;
    const parts = {
      recorder: this.#recorder,
      admission: this.#admission,
      outage: this.#outage,
      openSocket: open,
      checkCredentials: check,
    };
    const mayReceive = (held: HeldBot) => this.#mayReceive(held);
    return new HeldBot(lease, credentialsVersion, { ...this.#deps, ...parts, ...more, mayReceive }, startDelayMs);
  }

  // Who could not renew for so long, asleep or without the database, may have been replaced.
  async #mayReceive(held: HeldBot): Promise<void> {
    if (!this.#clock.isStale) return;
    await this.#renew();
    const isOurs = this.#held.get(held.botId) === held || this.#successor.isOf(held);
    if (this.#clock.isStale || !isOurs) throw new AppError("unavailable", "connection.notHeld");
  }

  /** Closes the socket, says so, and only then lets others have the bot. */
  #release(held: HeldBot, reason: Reason): Promise<void> {
    held.releasing ??= this.#guarded("closing a connection", async () => {
      await held.close(reason);
      await this.#recorder.flush();
      this.#unreleased.add(held.botId);
      if (this.#held.get(held.botId) === held) this.#held.delete(held.botId);
      await this.#giveBack([held.botId]);
      this.#publish([held.botId]);
    }).then(() => {
      // It may have been wished for again meanwhile.
      if (!this.#isStopping) void this.#reconcile();
    });
    return held.releasing;
  }

  async #giveBack(botIds: string[]): Promise<void> {
    await releaseLeases(this.#deps.db, this.#holder, botIds);
    for (const botId of botIds) this.#unreleased.delete(botId);
  }

  async #renewOnce(): Promise<void> {
    const { db, logger } = this.#deps;
    const wasAway = this.#isAway;
    this.#isAway = true;
    await this.#guarded("renewing leases", async () => {
      const begunAt = thisMoment();
      const before = [...this.#held.values()];
      if (!this.#holder.isAlone && !this.#isStopping) await beat(db, this.#holder);
      const botIds = before.map(({ botId }) => botId);
      const mine = await renewLeases(db, this.#holder, botIds);
      this.#clock.renewed(begunAt);
      this.#isAway = false;
      const lost = before.filter((held) => mine.get(held.botId) !== held.fence);
      for (const held of lost) this.#drop(held);
      if (wasAway)
        logger.info({ kept: before.length - lost.length, lost: lost.length }, "leases are being renewed again");
    });
    if (this.#isAway && !wasAway) {
      logger.warn("database unreachable: connections stay open, but events are not acknowledged until it is back");
    }
  }

  /** The lease is another's, or may be: the row is no longer ours to write. */
  #drop(held: HeldBot): void {
    if (this.#held.get(held.botId) !== held || held.releasing) return;
    this.#held.delete(held.botId);
    const ending = held.abandon().finally(() => this.#ending.delete(held.botId));
    this.#ending.set(held.botId, ending);
  }

  // Of who cannot ask for so long: two sockets of a bot share its events, and this one's are not acknowledged.
  #dropTakenOver(): void {
    if (!this.#hasOthers || !this.#clock.isHopeless || this.#held.size === 0) return;
    this.#deps.logger.warn(
      "database unreachable for too long: closing connections, because other replicas have taken over",
    );
    for (const held of [...this.#held.values()]) this.#drop(held);
  }

  async #writeVitals(withHeartbeats: boolean): Promise<void> {
    const news = [...this.#held.values()].flatMap((held) => held.vitals(withHeartbeats) ?? []);
    await this.#guarded("storing when bots were last heard from", async () => {
      await writeVitals(this.#deps.db, news);
      this.#publish(news.map(({ botId }) => botId));
    });
  }

  async #shutDown(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    this.#pulse.stop();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#reconcile();
    const reason = { code: "connection.stopping", params: { instance: this.#deps.instance } };
    await this.#guarded("handing bots over", () => this.#handOver(reason));
    const held = [...this.#held.values()];
    await Promise.all(held.map((bot) => bot.releasing ?? bot.close(reason)));
    await Promise.all(this.#ending.values());
    await this.#recorder.stop();
    this.#held.clear();
    const botIds = [...held.map(({ botId }) => botId), ...this.#unreleased];
    await this.#guarded("giving leases back", () => this.#giveBack(botIds));
    for (const botId of botIds) this.#deps.bus.publish({ topic: "bot", botId });
  }

  async #handOver(reason: Reason): Promise<void> {
    await Promise.all([this.#successor.stop(), this.#renew()]);
    await leave(this.#deps.db, this.#holder);
    const idle = [...this.#held.values()].filter(({ state }) => state !== "connected");
    const letGo = idle.map(async (held) => {
      await this.#release(held, reason);
      this.#deps.bus.publish({ topic: "bot", botId: held.botId });
    });
    await Promise.all([...letGo, this.#handover.handAll(this.#times.handOverMs)]);
  }

  #publish(botIds: string[]): void {
    for (const botId of botIds) this.#deps.bus.publish({ topic: "status", botId });
  }

  /** What goes wrong here is logged and done again in the next round. */
  async #guarded(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (err) {
      this.#deps.logger.error({ err }, `${what} failed`);
    }
  }
}
