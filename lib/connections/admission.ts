// Limits how many connections to one cloud are being made at the same time.

// A mass start must not look like an attack, nor be answered with "system busy".
const MOST_AT_ONCE = 50;

/** More than these at once are spread over some time. */
const STAGGER_FROM = 10;
const STAGGER_PER_BOT_MS = 5;
const STAGGER_MOST_MS = 3_000;

/** Over how long so many first attempts are spread. */
export const staggerMs = (count: number): number =>
  count > STAGGER_FROM ? Math.min(count * STAGGER_PER_BOT_MS, STAGGER_MOST_MS) : 0;

type Door = { inside: number; waiting: (() => void)[] };

export class Admission {
  // One door a cloud: one that hangs must not keep the bots of another waiting.
  readonly #doors = new Map<string, Door>();

  /** Resolves when it is one's turn; the returned function ends it. */
  async enter(origin: string): Promise<() => void> {
    const door = this.#doors.get(origin) ?? { inside: 0, waiting: [] };
    this.#doors.set(origin, door);
    if (door.inside >= MOST_AT_ONCE) await new Promise<void>((resolve) => door.waiting.push(resolve));
    else door.inside += 1;
    return () => this.#leave(origin, door);
  }

  #leave(origin: string, door: Door): void {
    const next = door.waiting.shift();
    if (next) {
      next();
      return;
    }
    door.inside -= 1;
    if (door.inside === 0) this.#doors.delete(origin);
  }
}
