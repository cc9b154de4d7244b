// Cuts a long text into pages that each fit a card, also while it grows: what is on whole pages is not looked at again.
import { FENCE, fenceAfter, isTableRule } from "@/lib/feishu/card-markdown";

type PageLimits = { bytes: number; tables: number };
// Of the 30 KB that a card may have the rest is for what stands around the text. Feishu draws five tables in a card.
export const PAGE_LIMITS: PageLimits = { bytes: 26 * 1024, tables: 4 };
const LONGER_ESCAPED = 4; // "&#60;" instead of "<"
const UNSETTLED = 2; // of the last pages: where a line is not whole yet, it may turn out to be something else

/** Where a page begins, and with which block of code that goes on. */
type Start = { at: number; opening: string };

/**
 * A text in pages that each fit a card: mostly one. As a text grows at its end, what stands on the pages before the
 * last one stays. A block of code that goes on is ended on one page and begun again on the next.
 */
export const cardPages = (text: string, limits: PageLimits = PAGE_LIMITS): string[] =>
  new GrowingPages().of(text, limits);

/** The pages of one text again and again, while it grows. */
export class GrowingPages {
  #limits: PageLimits = PAGE_LIMITS;
  /** What the settled pages hold. */
  #settledText = "";
  #settled: string[] = [];
  #start: Start = { at: 0, opening: "" };

  of(text: string, limits: PageLimits): string[] {
    const isSame = limits.bytes === this.#limits.bytes && limits.tables === this.#limits.tables;
    if (!isSame || !text.startsWith(this.#settledText)) this.#forget(limits);
    const { pages, starts } = pagesFrom(text, this.#start, limits);
    const all = [...this.#settled, ...pages];
    const next = starts[pages.length - UNSETTLED];
    if (next && next.at > this.#start.at) {
      this.#settled.push(...pages.slice(0, -UNSETTLED));
      this.#start = next;
      this.#settledText = text.slice(0, next.at);
    }
    return all;
  }

  #forget(limits: PageLimits): void {
    this.#limits = limits;
    this.#settledText = "";
    this.#settled = [];
    this.#start = { at: 0, opening: "" };
  }
}

function pagesFrom(text: string, start: Start, limits: PageLimits): { pages: string[]; starts: Start[] } {
  const pages: string[] = [];
  const starts = [start];
  let { at: begin, opening } = start;
  for (;;) {
    const rest = text.slice(begin);
    const { at, fence } = pageEnd(opening, rest, limits);
    if (at === rest.length) return { pages: [...pages, opening + rest], starts };
    const [, before = "", marks = "", info = ""] = FENCE.exec(fence ?? "") ?? [];
    const margin = before.replace(/[^\s>]/g, " ");
    pages.push(withoutLastBreaks(opening + rest.slice(0, at)) + (fence === undefined ? "" : `\n${margin}${marks}`));
    opening = fence === undefined ? "" : `${margin}${marks}${info}\n`;
    begin += at;
    starts.push({ at: begin, opening });
    if (rest.slice(at).trim() === "") return { pages, starts };
  }
}

function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

/** Where the page ends, and the block of code that is not ended there. */
type PageEnd = { at: number; fence: string | undefined };

function pageEnd(opening: string, text: string, limits: PageLimits): PageEnd {
  let fence = opening === "" ? undefined : opening.trimEnd();
  let bytes = costOf(opening);
  let tables = 0;
  let gap = { at: 0, bytes: 0 };
  let before = 0;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    const line = text.slice(at, end);
    const isTable = fence === undefined && isTableRule(line) && text.slice(before, at).includes("|");
    if (isTable && tables === limits.tables && before > 0) return { at: before, fence };
    tables += isTable ? 1 : 0;
    const cost = line.length > limits.bytes ? Number.POSITIVE_INFINITY : costOf(line);
    if (bytes + cost > limits.bytes) {
      if (gap.bytes > limits.bytes / 2) return { at: gap.at, fence: undefined };
      return { at: at > 0 ? at : fitting(line, limits.bytes - bytes), fence };
    }
    bytes += cost;
    fence = fenceAfter(fence, line.trimEnd());
    if (fence === undefined && line.trim() === "") gap = { at: end, bytes };
    before = at;
    at = end;
  }
  return { at: text.length, fence: undefined };
}

const PLAIN_LINE = /^[ !#-;=-[\]-~]*\n?$/; // nothing in it is escaped but its end

// The text travels as a JSON text inside a JSON body: what is escaped once in it is escaped twice on the way.
const costOf = (text: string): number =>
  PLAIN_LINE.test(text)
    ? text.length + (text.endsWith("\n") ? 2 : 0)
    : Buffer.byteLength(JSON.stringify(JSON.stringify(text))) - 6 + LONGER_ESCAPED * (text.split("<").length - 1);

/** How much of a line that is too long for a page fits it: no half of a character. */
function fitting(line: string, bytes: number): number {
  let low = 1;
  let high = Math.min(line.length, Math.max(1, bytes));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (costOf(line.slice(0, middle)) <= bytes) low = middle;
    else high = middle - 1;
  }
  const splitsPair = /[\ud800-\udbff]/.test(line[low - 1] ?? "");
  return splitsPair && low > 1 ? low - 1 : low;
}
