// Tells listeners what happens in the cloud; a listener that throws harms nobody but itself.

export class Signals<Map extends object> {
  readonly #listeners = new Set<{ name: keyof Map; listener: (value: never) => void }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Returns the function that ends the subscription. */
  on<Name extends keyof Map>(name: Name, listener: (value: Map[Name]) => void): () => void {
    const entry = { name, listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit<Name extends keyof Map>(name: Name, value: Map[Name]): void {
    for (const entry of this.#listeners) {
      if (entry.name !== name) continue;
      try {
        (entry.listener as (value: Map[Name]) => void)(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
