// Notices that an event stream is dead, or held back by something on the way: nothing comes, though a sign of life should.

const SILENT_MS = 40_000; // a sign of life is sent every 15 s

export class Silence {
  readonly #onSilent: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onSilent: () => void) {
    this.#onSilent = onSilent;
  }

  /** Something came, or the stream begins: counts anew. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSilent, SILENT_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
