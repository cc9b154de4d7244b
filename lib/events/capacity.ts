// How much may go on at once: in the process, for each bot, and nothing for a bot that Feishu wants to hear nothing from.

export const MAX_AT_ONCE = 256;
const MAX_PER_BOT = 8; // one busy or slow bot leaves room for the others
const MAX_PAUSE_MS = 60_000;

export class Capacity {
  readonly #perBot = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();
  #total = 0;

  get room(): number {
    return MAX_AT_ONCE - this.#total;
  }

  roomFor(botId: string): number {
    const pausedUntil = this.#pausedUntil.get(botId);
    if (pausedUntil !== undefined && pausedUntil > Date.now()) return 0;
    this.#pausedUntil.delete(botId);
    return MAX_PER_BOT - (this.#perBot.get(botId) ?? 0);
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
