// A few links to PostgreSQL, shared by those who ask: each link is one asker's at a time, and a lost one is made anew.
import { createBackoff } from "@/lib/db/backoff";
import type { Link } from "@/lib/db/postgres/link";
import { LinkError } from "@/lib/db/postgres/link-error";

export type PoolOptions = {
  size: number;
  /** How long somebody waits for a link. */
  waitMs: number;
  open(): Promise<Link>;
};

type Waiter = { resolve: (link: Link) => void; reject: (error: unknown) => void; timer: NodeJS.Timeout };

const LIFETIME_MS = 45 * 60_000; // what PostgreSQL remembers of a session grows

export class Pool {
  readonly #options: PoolOptions;
  readonly #links = new Set<Link>();
  /** Whose answer is newest stands last. */
  #idle: Link[] = [];
  readonly #waiting = new Set<Waiter>();
  readonly #backoff = createBackoff();
  #opening = 0;
  #isPausing = false;
  #isClosed = false;
  #heardAt = performance.now();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get links(): Iterable<Link> {
    return this.#links;
  }

  get idle(): readonly Link[] {
    return this.#idle;
  }

  /** When PostgreSQL last answered. */
  get heardAt(): number {
    for (const { heardAt } of this.#links) this.#heardAt = Math.max(this.#heardAt, heardAt);
    return this.#heardAt;
  }

  /** Rejects with an error that `isDatabaseAway` knows where no link can be had. */
  async use<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const link = await this.#take();
    try {
      return await work(link);
    } finally {
      this.#giveBack(link);
    }
  }

  /** Asks over a link that nobody uses whether it still carries; nobody gets it meanwhile. */
  async probe(link: Link): Promise<void> {
    if (!this.#withdraw(link)) return;
    await link.run((sql) => sql.unsafe("select 1")).catch((error: Error) => link.destroy(error));
    this.#giveBack(link);
  }

  /** Of links that carry nothing, those that nobody uses are known by their age alone. */
  dropUnheardSince(at: number, reason: Error): void {
    for (const link of this.#idle.filter(({ heardAt }) => heardAt < at)) link.destroy(reason);
  }

  /** Ends what nobody uses, waits for the rest, and ends that, too. */
  async close(limitMs: number): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiting)
      this.#refuse(waiter, new LinkError("CONNECTION_CLOSED", "Larkspur is stopping."));
    const closing = Promise.all(this.#idle.splice(0).map((link) => link.close()));
    const deadline = performance.now() + limitMs;
    while (this.#links.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    for (const link of this.#links) link.destroy(new LinkError("CONNECTION_CLOSED", "Larkspur is stopping."));
    await closing;
  }

  #take(): Promise<Link> {
    if (this.#isClosed) return Promise.reject(new LinkError("CONNECTION_CLOSED", "The database is closed."));
    const link = this.#idle.pop();
    if (link) return Promise.resolve(link);
    return new Promise((resolve, reject) => {
      const { waitMs } = this.#options;
      const busy = new LinkError("CONNECTION_BUSY", `No connection to PostgreSQL was free within ${waitMs} ms.`);
      const waiter: Waiter = { resolve, reject, timer: setTimeout(() => this.#refuse(waiter, busy), waitMs) };
      this.#waiting.add(waiter);
      this.#grow();
    });
  }

  #giveBack(link: Link): void {
    if (link.isOver) return;
    if (this.#isClosed || performance.now() - link.openedAt > LIFETIME_MS)
      return void link.close().catch(() => undefined);
    const [waiter] = this.#waiting;
    if (waiter) this.#admit(waiter, link);
    else this.#idle.push(link);
  }

  #withdraw(link: Link): boolean {
    const place = this.#idle.indexOf(link);
    if (place >= 0) this.#idle.splice(place, 1);
    return place >= 0;
  }

  #admit(waiter: Waiter, link: Link): void {
    clearTimeout(waiter.timer);
    this.#waiting.delete(waiter);
    waiter.resolve(link);
  }

  #refuse(waiter: Waiter, error: unknown): void {
    clearTimeout(waiter.timer);
    this.#waiting.delete(waiter);
    waiter.reject(error);
  }

  #grow(): void {
    const { size } = this.#options;
    while (!this.#isPausing && this.#opening < this.#waiting.size && this.#links.size + this.#opening < size) {
      this.#opening += 1;
      void this.#open();
    }
  }

  async #open(): Promise<void> {
    try {
      const link = await this.#options.open();
      this.#opening -= 1;
      this.#links.add(link);
      link.onEnd = () => this.#forget(link);
      if (link.isOver) this.#forget(link);
      this.#giveBack(link);
    } catch (error) {
      this.#opening -= 1;
      this.#failed(error);
    }
  }

  #forget(link: Link): void {
    this.#heardAt = this.heardAt;
    this.#links.delete(link);
    this.#withdraw(link);
    this.#grow();
  }

  /** Who waits may still get a link that another has; where there is none, the database is away for all of them. */
  #failed(error: unknown): void {
    if (this.#links.size === 0) for (const waiter of this.#waiting) this.#refuse(waiter, error);
    if (this.#isPausing || this.#isClosed) return;
    this.#isPausing = true;
    const goOn = () => {
      this.#isPausing = false;
      this.#grow();
    };
    setTimeout(goOn, this.#backoff() * 1_000).unref();
  }
}
