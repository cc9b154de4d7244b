// Decides when a bot's missed messages are asked for: after each connection, a few bots at once, and again after a failure.
import { Semaphore } from "@/lib/async";
import { getBotRow } from "@/lib/bots/queries";
import { type CatchUpDeps, CatchUpRun, TIMES } from "@/lib/events/catch-up-run";
import { Refusals } from "@/lib/events/refusals";

const AT_ONCE = 8;

type Wish = {
  botId: string;
  /** Undefined: nothing is wished for since the last run began. */
  requestedAt: number | undefined;
  /** What the last run was asked to reach; a retry reaches no further. */
  before: number;
  begunAt: number;
  failures: number;
  /** It waits for its turn, or runs. */
  isBusy: boolean;
  timer: NodeJS.Timeout | undefined;
  refusals: Refusals;
};

export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #times: typeof TIMES;
  readonly #wishes = new Map<string, Wish>();
  readonly #turns = new Semaphore({ atOnce: AT_ONCE });
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #unsubscribe: () => void = () => undefined;

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
    this.#times = { ...TIMES, ...deps.times };
  }

  start(): void {
    this.#unsubscribe = this.#deps.bus.subscribe("bot", ({ botId }) => this.#reconsider(botId));
  }

  /** The bot is connected as of now: what was said before and is not stored is listed, soon. */
  request(botId: string): void {
    if (this.#abort.signal.aborted) return;
    const wish = this.#wishes.get(botId) ?? newWish(botId);
    this.#wishes.set(botId, wish);
    wish.requestedAt = Date.now();
    wish.failures = 0;
    if (!wish.isBusy) this.#schedule(wish, this.#untilAllowed(wish));
  }

  /** Does not wait for an answer of Feishu's; what is not stored by then is listed after the next connection. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort(new Error("Catching up was stopped."));
    for (const { timer } of this.#wishes.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  /** Something of the bot may have been changed, and what was refused be granted by now. */
  #reconsider(botId: string): void {
    const wish = this.#wishes.get(botId);
    if (wish?.refusals.standing && !wish.isBusy) this.#schedule(wish, this.#untilAllowed(wish));
  }

  #untilAllowed = ({ begunAt }: Wish): number => begunAt + this.#times.betweenRunsMs - performance.now();

  #schedule(wish: Wish, delayMs: number): void {
    clearTimeout(wish.timer);
    if (this.#abort.signal.aborted) return;
    wish.timer = setTimeout(() => this.#enqueue(wish), Math.max(0, delayMs));
  }

  #enqueue(wish: Wish): void {
    wish.isBusy = true;
    const running = this.#turns
      .run(() => this.#run(wish), { signal: this.#abort.signal })
      .catch(() => undefined) // everything was stopped while it waited
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Never rejects. */
  async #run(wish: Wish): Promise<void> {
    wish.before = wish.requestedAt ?? wish.before;
    wish.requestedAt = undefined;
    wish.begunAt = performance.now();
    let againInMs: number | undefined;
    try {
      againInMs = await this.#catchUp(wish);
      wish.failures = 0;
    } catch (err) {
      if (this.#abort.signal.aborted) return;
      againInMs = this.#times.retriesMs[wish.failures] ?? this.#times.retriesMs.at(-1);
      wish.failures += 1;
      this.#deps.logger.warn({ err, botId: wish.botId, againInMs }, "catching up failed");
    }
    wish.isBusy = false;
    if (wish.requestedAt !== undefined) this.#schedule(wish, this.#untilAllowed(wish));
    else if (againInMs !== undefined) this.#schedule(wish, againInMs);
  }

  /** Gives when to go on, if there is more to do. */
  async #catchUp(wish: Wish): Promise<number | undefined> {
    const { botId, refusals } = wish;
    const { db, holds, onRefusal } = this.#deps;
    const bot = await getBotRow(db, botId);
    if (!bot?.enabled || !(await holds(botId))) {
      if (wish.requestedAt === undefined) this.#wishes.delete(botId);
      return undefined;
    }
    const { signal } = this.#abort;
    const run = { before: new Date(wish.before), refusals, signal, times: this.#times };
    const isDone = await new CatchUpRun(this.#deps, bot, run).run();
    onRefusal(botId, refusals.standing?.reason);
    if (!isDone) return 0;
    return refusals.standing && Math.max(0, refusals.standing.until - Date.now());
  }
}

const newWish = (botId: string): Wish => ({
  botId,
  requestedAt: undefined,
  before: 0,
  begunAt: Number.NEGATIVE_INFINITY,
  failures: 0,
  isBusy: false,
  timer: undefined,
  refusals: new Refusals(),
});
