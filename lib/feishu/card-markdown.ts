// Turns Markdown into what the Markdown element of a Feishu card shows, and a long text into pages that each fit a card.

/** Behind the marks of a quote or a list, too: there a block of code is as common as anywhere. */
const FENCE = /^([\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*)(`{3,}|~{3,})(.*)$/;
const AT_MARGIN = /^ {0,3}$/;
const OWN_IMAGE = /!\[([^\][\n]{0,500})\]\(img_[\w-]{1,200}\)/g; // a key that Feishu gave for what was uploaded there
// Of the 30 KB that a card may have the rest is for what stands around the text. Feishu draws five tables in a card.
export const PAGE_LIMITS = { bytes: 26 * 1024, tables: 4 };
const LONGER_ESCAPED = 4; // "&#60;" instead of "<"

/**
 * Only tags that mention people or colour words mean something to Feishu; nothing that a text says shall do that. Where
 * code begins and ends Feishu may see otherwise, so that in code mentions are broken, too.
 */
export const cardMarkdown = (markdown: string): string => changed(markdown, cardWords, withoutMentions);

/** What looks like a mention, which Feishu would make one in a post or a text, looks the same and is none. */
export const withoutMentions = (text: string): string => text.replace(/<(?=\/?at\b)/gi, "<\u200b");

type Change = (part: string, beginsLine?: boolean) => string;

/** `words` changes what is no code, `code` what is. */
function changed(markdown: string, words: Change, code: Change = (part) => part): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const before = fence;
      fence = fenceAfter(fence, line);
      return before !== undefined && isWithin(before, line)
        ? code(line)
        : fence
          ? code(line)
          : inLine(line, words, code);
    })
    .join("\n");
}

/** A quote ends with the first line that is none, and its block of code with it. */
export const isWithin = (fence: string, line: string): boolean => !/^\s*>/.test(fence) || /^\s*>/.test(line);

/** What begins a block of code that is not ended yet after this line. */
export function fenceAfter(open: string | undefined, line: string): string | undefined {
  const fence = open !== undefined && isWithin(open, line) ? open : undefined;
  const [, before = "", marks, rest = ""] = FENCE.exec(line) ?? [];
  if (marks === undefined) return fence;
  if (fence === undefined) return marks.startsWith("`") && rest.includes("`") ? undefined : line;
  const [, margin = "", opening = ""] = FENCE.exec(fence) ?? [];
  const isInPlace = AT_MARGIN.test(margin) ? AT_MARGIN.test(before) : /^[\s>]*$/.test(before);
  const isEnd = isInPlace && marks[0] === opening[0] && marks.length >= opening.length && rest.trim() === "";
  return isEnd ? undefined : fence;
}

function inLine(line: string, words: Change, code: Change): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of codeIn(line)) {
    parts.push(words(line.slice(from, start), from === 0), code(line.slice(start, end)));
    from = end;
  }
  return [...parts, words(line.slice(from), from === 0)].join("");
}

/** From as many backticks to the next that are as many. In one walk: an answer may be nothing but backticks. */
export function codeIn(line: string): [start: number, end: number][] {
  const runs = [...line.matchAll(/`+/g)].map(({ index, 0: { length } }) => ({ index, length }));
  const last = new Map<number, number>();
  const partners = runs.toReversed().map(({ length }, fromEnd) => {
    const partner = last.get(length);
    last.set(length, runs.length - 1 - fromEnd);
    return partner;
  });
  const spans: [number, number][] = [];
  for (let at = 0; at < runs.length; at += 1) {
    const partner = partners[runs.length - 1 - at];
    const [begin, end] = [runs[at], partner === undefined ? undefined : runs[partner]];
    if (!begin || !end || partner === undefined || line[begin.index - 1] === "\\") continue;
    spans.push([begin.index, end.index + end.length]);
    at = partner;
  }
  return spans;
}

const ticked = (line: string): string =>
  line.replace(
    /^(\s*[-*+]) \[([ xX])\] /,
    (_, bullet: string, tick: string) => `${bullet} ${tick === " " ? "☐" : "☑"} `,
  );

const cardWords: Change = (words, beginsLine) =>
  (beginsLine ? ticked(words) : words)
    .replace(
      /!\[([^\][\n]{0,500})\]\((https?:\/\/[^\s)]{1,2000})(?:\s{1,9}"[^"]{0,500}")?\)/g,
      (_, alt: string, address: string) => (alt.trim() === "" ? `[${address}](${address})` : `[${alt}](${address})`),
    )
    // Feishu refuses the whole card for an image that it does not know.
    .replace(/!\[(?![^\][\n]{0,500}\]\(img_[\w-]{1,200}\))/g, "[")
    .replace(/<(https?:\/\/[^\s<>]{1,2000})>/g, "[$1]($1)")
    .replace(/<(?!br\s{0,9}\/?>)(?=[A-Za-z/!?])/gi, "&#60;");

/** Without what Feishu may refuse a card for: tables as blocks of code, images by their words. */
export const simplified = (markdown: string): string =>
  tablesAsCode(changed(markdown, (words) => words.replace(OWN_IMAGE, (_, alt: string) => `[${alt || "image"}]`)));

/** Tables as blocks of code: where Feishu does not draw them. */
export function tablesAsCode(markdown: string): string {
  const lines = markdown.split("\n");
  const result: string[] = [];
  let fence: string | undefined;
  let isTable = false;
  for (const [index, line] of lines.entries()) {
    const begins = fence === undefined && line.includes("|") && isTableRule(lines[index + 1] ?? "");
    if (isTable && !line.includes("|")) {
      result.push("```");
      isTable = false;
    } else if (!isTable && begins) {
      result.push("```");
      isTable = true;
    }
    if (!isTable) fence = fenceAfter(fence, line);
    result.push(line);
  }
  return (isTable ? [...result, "```"] : result).join("\n");
}

function isTableRule(line: string): boolean {
  const cells = line.trim().replace(/^\|/, "").replace(/\|$/, "").split("|");
  return line.includes("|") && cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
}

export const hasTable = (markdown: string): boolean => tablesAsCode(markdown) !== markdown;

/**
 * The text in pages that each fit a card: mostly one. As a text grows at its end, what stands on the pages before the
 * last one stays. A block of code that goes on is ended on one page and begun again on the next.
 */
export function cardPages(text: string, limits: PageLimits = PAGE_LIMITS): string[] {
  const pages: string[] = [];
  let opening = "";
  for (let rest = text; ; ) {
    const { at, fence } = pageEnd(opening, rest, limits);
    if (at === rest.length) return [...pages, opening + rest];
    const [, before = "", marks = "", info = ""] = FENCE.exec(fence ?? "") ?? [];
    const margin = before.replace(/[^\s>]/g, " ");
    pages.push(withoutLastBreaks(opening + rest.slice(0, at)) + (fence === undefined ? "" : `\n${margin}${marks}`));
    opening = fence === undefined ? "" : `${margin}${marks}${info}\n`;
    rest = rest.slice(at);
    if (rest.trim() === "") return pages;
  }
}

function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

type PageLimits = { bytes: number; tables: number };
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

// The text travels as a JSON text inside a JSON body: what is escaped once in it is escaped twice on the way.
const costOf = (text: string): number =>
  text === ""
    ? 0
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
