// The events that are worth claiming, in memory: a queue for each bot, served in turn. Only a hint: the database decides.

const MAX_CANDIDATES = 50_000;

export class Candidates {
  readonly #queues = new Map<string, Set<number>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What does not fit is left to the next look into the database. */
  add(botId: string, id: number): void {
    const queue = this.#queues.get(botId) ?? new Set<number>();
    if (this.#size >= MAX_CANDIDATES || queue.has(id)) return;
    queue.add(id);
    this.#queues.set(botId, queue);
    this.#size += 1;
  }

  /** Up to `limit` ids: one of each bot in turn, as many of a bot as `roomFor` it says after so many were taken. */
  take(limit: number, roomFor: (botId: string, taken: number) => number): number[] {
    const taken: number[] = [];
    const takenOf = new Map<string, number>();
    let isServed = true;
    while (isServed && taken.length < limit) {
      isServed = false;
      for (const [botId, queue] of [...this.#queues]) {
        const ofBot = takenOf.get(botId) ?? 0;
        if (taken.length >= limit || ofBot >= roomFor(botId, taken.length)) continue;
        takenOf.set(botId, ofBot + 1);
        taken.push(this.#shift(botId, queue));
        isServed = true;
      }
    }
    return taken;
  }

  clear(): void {
    this.#queues.clear();
    this.#size = 0;
  }

  // A served bot goes to the end, so that the next round begins with another.
  #shift(botId: string, queue: Set<number>): number {
    const id = queue.values().next().value as number;
    queue.delete(id);
    this.#size -= 1;
    this.#queues.delete(botId);
    if (queue.size > 0) this.#queues.set(botId, queue);
    return id;
  }
}
