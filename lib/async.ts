// Waiting with bounds: for a time at most, and for a turn, in the order of asking and fairly between those who ask.

/** What the promise gives, or `late` where it takes longer; it goes on all the same. Rejects as the promise does. */
export function within<T, L>(ms: number, promise: Promise<T>, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

export type Turn = {
  /** For whom it is done, a bot for example: those who wait are served in turn, however many things each of them wants. */
  key?: string | undefined;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
};

type Limits = {
  atOnce: number;
  /** How many of them may be for the same key. */
  atOncePerKey?: number;
};

type Waiter = { admit: () => void };

export class Semaphore {
  readonly #limits: Required<Limits>;
  readonly #running = new Map<string, number>();
  /** By key; whose turn was longest ago stands first. */
  readonly #queues = new Map<string, Set<Waiter>>();
  #total = 0;
  #waiting = 0;

  constructor({ atOnce, atOncePerKey = atOnce }: Limits) {
    this.#limits = { atOnce, atOncePerKey };
  }

  get waiting(): number {
    return this.#waiting;
  }

  waitingFor(key: string): number {
    return this.#queues.get(key)?.size ?? 0;
  }

  /** Throws the signal's reason if that comes before the turn, or with it. */
  async run<T>(work: () => Promise<T>, turn: Turn = {}): Promise<T> {
    const release = await this.acquire(turn);
    try {
      turn.signal?.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }

  /** Resolves when it is one's turn, with the function that ends it. Rejects with the signal's reason. */
  acquire({ key = "", signal }: Turn = {}): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const giveUp = () => {
        this.#remove(key, waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        admit: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve(this.#begin(key));
        },
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#add(key, waiter);
      this.#admit();
    });
  }

  #add(key: string, waiter: Waiter): void {
    const queue = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, queue.add(waiter));
    this.#waiting += 1;
  }

  #remove(key: string, waiter: Waiter): void {
    const queue = this.#queues.get(key);
    if (!queue?.delete(waiter)) return;
    this.#waiting -= 1;
    if (queue.size === 0) this.#queues.delete(key);
  }

  /** A place that is free goes to who waits at once: nobody who comes later can get in between. */
  #admit(): void {
    while (this.#total < this.#limits.atOnce) {
      const key = this.#next();
      const queue = key === undefined ? undefined : this.#queues.get(key);
      const [waiter] = queue ?? [];
      if (key === undefined || !queue || !waiter) return;
      this.#queues.delete(key);
      this.#queues.set(key, queue);
      this.#remove(key, waiter);
      waiter.admit();
    }
  }

  /** Who has the least going on; of several, whose turn was longest ago. */
  #next(): string | undefined {
    let next: string | undefined;
    let least = this.#limits.atOncePerKey;
    for (const key of this.#queues.keys()) {
      const running = this.#running.get(key) ?? 0;
      if (running >= least) continue;
      next = key;
      least = running;
    }
    return next;
  }

  #begin(key: string): () => void {
    this.#total += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#total -= 1;
      const left = (this.#running.get(key) ?? 1) - 1;
      if (left > 0) this.#running.set(key, left);
      else this.#running.delete(key);
      this.#admit();
    };
  }
}
