// Closes the parts of the process in the reverse of their opening, each within what the whole has left for it.
import { within } from "@/lib/async";
import type { Logger } from "@/lib/logger";

type Part = {
  /** `limitMs`: by when it should be done with what it does. */
  close(limitMs: number): Promise<void>;
  /** So much of the time belongs to those that close after it, whatever this one does. */
  keepsMs: number;
};

/** To give up what is not done by its limit takes time, too: writing it down, for one. */
const GIVING_UP_MS = 1_000;

export class Closing {
  readonly #parts: Part[] = [];

  add(close: Part["close"], keepsMs: number): void {
    this.#parts.push({ close, keepsMs });
  }

  /** Last opened, first closed; each gets its turn even if another fails or hangs. */
  async run(limitMs: number, logger: Logger | undefined): Promise<void> {
    const deadline = performance.now() + limitMs;
    for (const { close, keepsMs } of this.#parts.splice(0).reverse()) {
      const leftMs = Math.max(0, deadline - keepsMs - performance.now());
      const closing = close(Math.max(0, leftMs - GIVING_UP_MS));
      await within(leftMs, closing, undefined).catch((err: unknown) => logger?.error({ err }, "stopping failed"));
    }
  }
}
