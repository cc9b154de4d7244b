// Separates the thoughts that a model writes into its text from the answer, also while the text is still growing.
import { codeIn, fenceAfter, isWithin } from "@/lib/feishu/card-markdown";

export type Split = { text: string; thoughts: string };

const NAMES = "think|thinking|thought|thoughts";
const TAG = new RegExp(`<(/?)(${NAMES}|details)\\s{0,3}>`, "gi");
// Up to three spaces may stand before it: four make a block of code.
const START = "^\\ufeff?(?:[^\\S\\n]*\\n)*[ \\u200b]{0,3}";
const OPENING = new RegExp(`${START}<(${NAMES})\\s{0,3}>`, "i");
/** The way in which Dify shows thoughts. */
const DETAILS = new RegExp(
  `${START}<(details)(?:\\s[^>]{0,300})?>\\s{0,20}<summary>[^<]{0,40}(?:think|thought|reason|思考|推理)[^<]{0,40}</summary>`,
  "i",
);
const CLOSING_FIRST = new RegExp(`^\\s*</(?:${NAMES})\\s{0,3}>`, "i");
const MAYBE_TAG = /^(?:<(?:\/?[a-z]{0,8}\s{0,3})?)?$/i;
const MAYBE_DETAILS = /^<details[\s>]/i;
const LONGEST_DETAILS = 600;
const HALF_TAG = /<\/?[a-z]{0,8}\s{0,3}$/i;
const LONGEST_TAG = 16; // of those above
const LINE_START = 40; // whether a tag leads a line shows within so many characters

type Tag = { at: number; end: number; isClosing: boolean; name: string };

/** A whole text in its two parts. */
export function splitThoughts(text: string): Split {
  const splitter = new ThoughtSplitter();
  splitter.push(text);
  return splitter.end();
}

/**
 * Takes a text piece by piece, cut anywhere. Only a tag at its very beginning opens thoughts, and what stands in code is
 * text. Some models' templates write the opening tag themselves: a closing tag alone ends thoughts that began with the text.
 */
export class ThoughtSplitter {
  #phase: "beginning" | "thoughts" | "answer" = "beginning";
  #tag = "";
  #text = "";
  /** Of the blocks that are closed, and of the one that is open. */
  #closed = "";
  #open = "";
  /** What is not assigned yet: less than a line, mostly. */
  #rest = "";
  /** The end of the rest, in which a tag may have begun. */
  #tail = "";
  /** What the line still says may stand in code: that shows at its end. */
  #isMaybeCode = false;
  #fence: string | undefined;
  /** Where the open block may have ended: a closing tag in code that itself may never be closed. */
  #spare: { at: number; end: number } | undefined;
  #maybeUnopened: boolean;
  #wasUnopened = false;

  /** `hasThoughts`: they came in a field of their own, so that the text does not begin with any unseen. */
  constructor({ hasThoughts = false } = {}) {
    this.#maybeUnopened = !hasThoughts;
  }

  /** What of the answer can be shown so far. */
  get text(): string {
    if (this.#phase !== "answer") return "";
    const end = this.#rest.slice(-LONGEST_TAG).replace(HALF_TAG, "");
    return this.#text + this.#rest.slice(0, -LONGEST_TAG) + end;
  }

  get thoughts(): string {
    return this.#closed;
  }

  push(piece: string): void {
    const isBlank = this.#rest.length > LINE_START && this.#tail.trim() === "" && piece.trim() === "";
    const end = this.#tail + piece;
    this.#tail = end.slice(-LINE_START);
    this.#rest += piece;
    if (this.#canChange(piece, end, isBlank)) this.#sort(false);
  }

  /** False in the middle of a long line, which is not looked through anew with each of its pieces. */
  #canChange(piece: string, end: string, isBlank: boolean): boolean {
    if (this.#phase === "beginning") return !isBlank;
    if (piece.includes("\n") || this.#rest.length - piece.length <= LINE_START) return true;
    return this.#phase === "thoughts" && !this.#isMaybeCode && this.#closingsIn(end).length > 0;
  }

  /** `isCut`: the text ends before its end. */
  end({ isCut = false } = {}): Split {
    this.#sort(true);
    if (this.#phase === "thoughts") this.#endUnclosed(isCut);
    const isEmpty = this.#text.trim() === "";
    if (!isEmpty || isCut || !this.#wasUnopened) return { text: this.#text, thoughts: this.#closed };
    return { text: this.#closed, thoughts: "" };
  }

  #endUnclosed(isCut: boolean): void {
    const spare = this.#spare;
    const all = this.#open;
    if (spare) {
      this.#open = all.slice(0, spare.at);
      this.#text = all.slice(spare.end).trimStart();
    } else if (!isCut) {
      this.#open = "";
      this.#text = all.trimStart();
    }
    this.#close();
  }

  #sort(isWhole: boolean): void {
    const step = { beginning: this.#begin, thoughts: this.#think, answer: this.#answer };
    while (step[this.#phase].call(this, isWhole)) {
      // Each step assigns a part of the rest; false: more has to come first.
    }
  }

  #begin(isWhole: boolean): boolean {
    const opening = OPENING.exec(this.#rest) ?? DETAILS.exec(this.#rest);
    const stray = CLOSING_FIRST.exec(this.#rest);
    if (opening || stray) {
      this.#rest = this.#rest.slice((opening ?? stray)?.[0].length);
      this.#maybeUnopened = false;
      if (opening) {
        this.#tag = (opening[1] ?? "").toLowerCase();
        this.#phase = "thoughts";
      }
      return true;
    }
    const begun = this.#rest.replace(/^[\s\ufeff\u200b]+/, "");
    const isOpen = MAYBE_TAG.test(begun) || (MAYBE_DETAILS.test(begun) && begun.length < LONGEST_DETAILS);
    if (isOpen && !isWhole) return false;
    if (!this.#maybeUnopened) this.#rest = this.#rest.trimStart();
    this.#phase = "answer";
    return true;
  }

  #think(isWhole: boolean): boolean {
    const { line, isEnded } = this.#nextLine(isWhole);
    this.#isMaybeCode = !isEnded && line.includes("`");
    const closing = this.#closingsIn(line);
    const isCode = this.#isCode(line);
    const ticks = line.indexOf("`");
    const isWithinCode = isEnded ? withinCode(line) : (at: number) => ticks >= 0 && ticks < at;
    const end = closing.find(({ at }) => !isCode && !isWithinCode(at));
    if (end) {
      this.#open += line.slice(0, end.at);
      this.#rest = this.#rest.slice(end.end);
      this.#close();
      return true;
    }
    if (!isEnded || this.#rest === "") return false;
    const spare = closing.find((tag) => line.slice(0, tag.at).trim() === "" || line.slice(tag.end).trim() === "");
    if (spare) this.#spare ??= { at: this.#open.length + spare.at, end: this.#open.length + spare.end };
    this.#open += this.#takeLine(line);
    return true;
  }

  #closingsIn(words: string): Tag[] {
    return tagsIn(words).filter(({ isClosing, name }) => isClosing && name === this.#tag);
  }

  #answer(isWhole: boolean): boolean {
    if (!this.#maybeUnopened) {
      this.#text += this.#rest;
      this.#rest = "";
      return false;
    }
    const { line, isEnded } = this.#nextLine(isWhole);
    const isWithinCode = withinCode(line);
    const [first, ...more] = this.#isCode(line) ? [] : tagsIn(line).filter(({ at }) => !isWithinCode(at));
    const leads = first?.isClosing && /^ {0,3}$/.test(line.slice(0, first.at));
    if (first && leads && first.name !== "details") return this.#endUnopened(line, first);
    if (!isEnded || this.#rest === "") return false;
    for (const tag of [...(first ? [first] : []), ...more]) {
      if (tag.name === "details") continue;
      if (!tag.isClosing) {
        this.#maybeUnopened = false;
        return true;
      }
      if (line.slice(tag.end).trim() !== "") continue;
      const after = this.#rest.slice(line.length + 1);
      if (!isWhole && after.trim() === "" && !after.includes("\n")) return false;
      if (/^[^\S\n]*\n/.test(after)) return this.#endUnopened(line, tag);
    }
    this.#text += this.#takeLine(line);
    return true;
  }

  #endUnopened(line: string, tag: Tag): true {
    this.#open = this.#text + line.slice(0, tag.at);
    this.#text = "";
    this.#rest = this.#rest.slice(tag.end);
    this.#maybeUnopened = false;
    this.#wasUnopened = true;
    this.#close();
    return true;
  }

  #close(): void {
    this.#closed = [this.#closed, this.#open.trim()].filter((part) => part !== "").join("\n\n");
    this.#open = "";
    this.#fence = undefined;
    this.#spare = undefined;
    if (this.#phase !== "beginning") this.#phase = "beginning";
  }

  #nextLine(isWhole: boolean): { line: string; isEnded: boolean } {
    const end = this.#rest.indexOf("\n");
    return { line: end < 0 ? this.#rest : this.#rest.slice(0, end), isEnded: end >= 0 || isWhole };
  }

  #takeLine(line: string): string {
    const taken = this.#rest.slice(0, line.length + 1);
    this.#rest = this.#rest.slice(line.length + 1);
    this.#fence = fenceAfter(this.#fence, line);
    return taken;
  }

  #isCode(line: string): boolean {
    return this.#fence !== undefined && isWithin(this.#fence, line);
  }
}

const tagsIn = (line: string): Tag[] =>
  line.includes("<")
    ? [...line.matchAll(TAG)].map(({ index, 0: all, 1: slash, 2: name = "" }) => ({
        at: index,
        end: index + all.length,
        isClosing: slash === "/",
        name: name.toLowerCase(),
      }))
    : [];

/** For places that are asked for from left to right. */
function withinCode(line: string): (at: number) => boolean {
  const spans = line.includes("`") ? codeIn(line) : [];
  let next = 0;
  return (at) => {
    while ((spans[next]?.[1] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    return (spans[next]?.[0] ?? Number.POSITIVE_INFINITY) <= at;
  };
}
