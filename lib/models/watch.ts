// Watches over one answer of a model: aborts when nothing was heard for too long, and when it goes on for ever.

const LONGEST_ANSWER_MS = 600_000; // Feishu lets no answer grow for longer

export class Watch {
  readonly #abort = new AbortController();
  readonly #silenceMs: number;
  readonly #begin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  seconds: number;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.seconds = Math.round(silenceMs / 1000);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    const leftMs = LONGEST_ANSWER_MS - (performance.now() - this.#begin);
    if (leftMs < this.#silenceMs) this.seconds = LONGEST_ANSWER_MS / 1000;
    else if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), Math.max(0, Math.min(this.#silenceMs, leftMs)));
  }

  end(): void {
    clearTimeout(this.#timer);
    // What was left unread is given up with its connection.
    this.#abort.abort();
  }
}
