// Gathers the text of an answer piece by piece: each piece costs the same, however long the text has become.
import type { KeptSecret } from "@/lib/kept-secret";
import { tooLargeError } from "@/lib/responders/http-errors";

const LARGEST_BYTES = 1024 * 1024;

export class AnswerText {
  readonly #host: string;
  readonly #kept: KeptSecret;
  /** Without secrets, and without the end of it, in which one may have begun. */
  #text = "";
  #end = "";
  #bytes = 0;
  #hasWords = false;

  constructor(host: string, kept: KeptSecret) {
    this.#host = host;
    this.#kept = kept;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Looked for in the pieces alone: a look at the whole text would cost more with each. */
  get hasWords(): boolean {
    return this.#hasWords;
  }

  /** What a secret may have begun in is held back until it is known. */
  get shown(): string {
    const begins = this.#kept.beginningAt(this.#end);
    return this.#text + (begins < 0 ? this.#end : this.#end.slice(0, begins));
  }

  get whole(): string {
    return this.#text + this.#end;
  }

  add(piece: string): void {
    this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > LARGEST_BYTES) throw tooLargeError(this.#host);
    this.#hasWords ||= piece.trim() !== "";
    const end = this.#kept.strikeOutWhole(this.#end + piece);
    const kept = Math.min(end.length, this.#kept.longest);
    this.#text += end.slice(0, end.length - kept);
    this.#end = end.slice(end.length - kept);
  }

  replace(text: string): void {
    this.#text = "";
    this.#end = "";
    this.#bytes = 0;
    this.#hasWords = false;
    this.add(text);
  }
}
