// Shows a text that grows, at most so often: whoever is shown it looks at all of it each time.

const GAP_MS = 40;

export class Showing {
  readonly #show: ((textSoFar: string) => void) | undefined;
  readonly #text: () => string;
  #timer: NodeJS.Timeout | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(show: ((textSoFar: string) => void) | undefined, text: () => string) {
    this.#show = show;
    this.#text = text;
  }

  /** The text has become another one. */
  note(): void {
    if (!this.#show || this.#timer) return;
    const waitMs = this.#shownAt + GAP_MS - performance.now();
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
    this.#show?.(this.#text());
    this.#shownAt = performance.now();
  }
}
