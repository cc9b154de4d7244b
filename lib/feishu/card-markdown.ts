// Turns Markdown into what the Markdown element of a Feishu card shows, and a long text into pages that each fit a card.

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$/;
// Of the 30 KB that a card may have the rest is for what stands around the text. Feishu draws five tables in a card.
export const PAGE_LIMITS = { bytes: 26 * 1024, tables: 4 };
const LONGER_ESCAPED = 4; // "&#60;" instead of "<"

/** Only tags that mention people or colour words mean something to Feishu; nothing that a text says shall do that. */
export function cardMarkdown(markdown: string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const wasInside = fence !== undefined;
      fence = fenceAfter(fence, line);
      return wasInside || fence !== undefined ? line : cardLine(line);
    })
    .join("\n");
}

/** What begins a block of code that is not ended yet after this line. */
function fenceAfter(fence: string | undefined, line: string): string | undefined {
  const [, marks, rest = ""] = FENCE.exec(line) ?? [];
  if (marks === undefined) return fence;
  if (fence === undefined) return marks.startsWith("`") && rest.includes("`") ? undefined : line;
  const [, opening = ""] = FENCE.exec(fence) ?? [];
  return marks[0] === opening[0] && marks.length >= opening.length && rest.trim() === "" ? undefined : fence;
}

function cardLine(line: string): string {
  const ticked = line.replace(/^(\s*[-*+]) \[([ xX])\] /, (_, bullet: string, tick: string) =>
    tick === " " ? `${bullet} ☐ ` : `${bullet} ☑ `,
  );
  // Code within the line stays as it is.
  return ticked
    .split(/((`+)(?!`).*?(?<!`)\2(?!`))/)
    .map((part, index) => (index % 3 === 0 ? cardWords(part) : index % 3 === 1 ? part : ""))
    .join("");
}

const cardWords = (words: string): string =>
  words
    .replace(/!\[([^\]\n]*)\]\((https?:\/\/[^\s)]+)(?:\s+"[^"]*")?\)/g, (_, alt: string, address: string) =>
      alt.trim() === "" ? `[${address}](${address})` : `[${alt}](${address})`,
    )
    .replace(/<(https?:\/\/[^\s<>]+)>/g, "[$1]($1)")
    .replace(/<(?!br\s*\/?>)(?=[A-Za-z/!?])/gi, "&#60;");

/** Tables as blocks of code: where Feishu does not draw them. */
export function tablesAsCode(markdown: string): string {
  const lines = markdown.split("\n");
  const result: string[] = [];
  let fence: string | undefined;
  let isTable = false;
  for (const [index, line] of lines.entries()) {
    const begins = fence === undefined && line.includes("|") && TABLE_RULE.test(lines[index + 1] ?? "");
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
    const closing = fence === undefined ? "" : `\n${FENCE.exec(fence)?.[1] ?? ""}`;
    pages.push(opening + rest.slice(0, at).replace(/\n+$/, "") + closing);
    opening = fence === undefined ? "" : `${fence}\n`;
    rest = rest.slice(at);
    if (rest.trim() === "") return pages;
  }
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
    const isTable = fence === undefined && TABLE_RULE.test(line) && text.slice(before, at).includes("|");
    if (isTable && tables === limits.tables && before > 0) return { at: before, fence };
    tables += isTable ? 1 : 0;
    const cost = costOf(line);
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
  let high = line.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (costOf(line.slice(0, middle)) <= bytes) low = middle;
    else high = middle - 1;
  }
  const splitsPair = /[\ud800-\udbff]/.test(line[low - 1] ?? "");
  return splitsPair && low > 1 ? low - 1 : low;
}
