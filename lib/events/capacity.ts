// How much may go on at once: in the process, for each bot, and nothing for a bot that Feishu wants to hear nothing from.

export const MAX_AT_ONCE = 256;
const MAX_PER_BOT = 32;
/** Once half of the room is taken, so that some bots with slow answers leave the rest to the others. */
const FAIR_SHARE = 8;
const MAX_PAUSE_MS = 60_000;

export class Capacity {
  readonly #perBot = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();
  #total = 0;

  get room(): number {
    return MAX_AT_ONCE - this.#total;
  }

  /** `more` are about to be begun, of whichever bots. */
  roomFor(botId: string, more = 0): number {
    const pausedUntil = this.#pausedUntil.get(botId);
    if (pausedUntil !== undefined && pausedUntil > Date.now()) return 0;
    this.#pausedUntil.delete(botId);
    const most = this.#total + more < MAX_AT_ONCE / 2 ? MAX_PER_BOT : FAIR_SHARE;
    return most - (this.#perBot.get(botId) ?? 0);
  }

  enter(botId: string): void {
    this.#total += 1;
    this.#perBot.set(botId, (this.#perBot.get(botId) ?? 0) + 1);
  }

  leave(botId: string): void {
    this.#total -= 1;
    const left = (this.#perBot.get(botId) ?? 1) - 1;
    if (left > 0) this.#perBot.set(botId, left);
    else this.#perBot.delete(botId);
  }

  /** Returns for how long: what is asked for, within reason. */
  pause(botId: string, ms: number): number {
    const pauseMs = Math.min(ms, MAX_PAUSE_MS);
    this.#pausedUntil.set(botId, Date.now() + pauseMs);
    return pauseMs;
  }
}
