// Shows a text that grows, at most so often: whoever is shown it looks at all of it each time.

const GAP_MS = 40;
const CHARACTERS_A_MS = 1_000; // the longer it is, the less often

export class Showing {
  readonly #show: ((textSoFar: string) => void) | undefined;
  readonly #text: () => string;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(show: ((textSoFar: string) => void) | undefined, text: () => string) {
    this.#show = show;
    this.#text = text;
  }

  /** The text has become another one. */
  note(): void {
    if (!this.#show || this.#timer) return;
    const waitMs = this.#notBefore - performance.now();
    if (waitMs <= 0) this.#draw();
    else this.#timer = setTimeout(() => this.#draw(), waitMs);
  }

  /** No more of it comes. */
  end(): void {
    if (this.#timer) this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text();
    this.#show?.(text);
    this.#notBefore = performance.now() + Math.max(GAP_MS, text.length / CHARACTERS_A_MS);
  }
}
