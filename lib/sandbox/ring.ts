// Keeps the newest entries of a list that would otherwise grow for ever.

export class Ring<T> {
  #entries: T[] = [];
  readonly #limit: number;
  readonly #onEvict: ((entry: T) => void) | undefined;

  constructor(limit: number, onEvict?: (entry: T) => void) {
    this.#limit = limit;
    this.#onEvict = onEvict;
  }

  push(entry: T): void {
    this.#entries.push(entry);
    while (this.#entries.length > this.#limit) {
      const evicted = this.#entries.shift();
      if (evicted !== undefined) this.#onEvict?.(evicted);
    }
  }

  get entries(): readonly T[] {
    return this.#entries;
  }

  clear(): void {
    const evicted = this.#entries;
    this.#entries = [];
    for (const entry of evicted) this.#onEvict?.(entry);
  }
}
