// Splits JSON objects that come one after the other, on lines of their own or not, in pieces of whatever size.

type Taken = { value: string } | { text: string };

/** Each character is looked at once. */
export class JsonValues {
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  #parts: string[] = [];
  #length = 0;
  readonly #longest: number;
  readonly #onTooLong: () => never;

  constructor(longest: number, onTooLong: () => never) {
    this.#longest = longest;
    this.#onTooLong = onTooLong;
  }

  /** An object is begun and not ended. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** The objects that ended in the piece, and the text that stands outside of any. */
  *take(piece: string): Generator<Taken> {
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const wasOutside = this.#depth === 0;
      this.#step(piece[at] ?? "");
      if (wasOutside && this.#depth > 0) {
        if (at > from) yield { text: piece.slice(from, at) };
        from = at;
      } else if (!wasOutside && this.#depth === 0) {
        this.#keep(piece.slice(from, at + 1));
        yield { value: this.#parts.join("") };
        this.#parts = [];
        this.#length = 0;
        from = at + 1;
      }
    }
    const rest = piece.slice(from);
    if (rest === "") return;
    if (this.#depth > 0) this.#keep(rest);
    else yield { text: rest };
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length > this.#longest) this.#onTooLong();
    this.#parts.push(part);
  }

  #step(character: string): void {
    if (this.#isString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (character === "\\") this.#isEscaped = true;
      else if (character === '"') this.#isString = false;
    } else if (character === "{") this.#depth += 1;
    else if (this.#depth === 0) return;
    else if (character === "}") this.#depth -= 1;
    else if (character === '"') this.#isString = true;
  }
}
