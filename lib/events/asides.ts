// What is done beside the answers: nobody waits for it, and its failing hurts nobody.
import type { Logger } from "@/lib/logger";

export class Asides {
  readonly #logger: Logger;
  readonly #running = new Set<Promise<void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `what` names it in the log when it fails. */
  run(what: string, facts: Record<string, unknown>, act: () => Promise<unknown>): void {
    const running = act()
      .then(() => undefined)
      .catch((err: unknown) => this.#logger.info({ err, ...facts }, `${what}: failed`))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
