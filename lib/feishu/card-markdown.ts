// Turns Markdown into what the Markdown element of a Feishu card shows.

/** Behind the marks of a quote or a list, too: there a block of code is as common as anywhere. */
export const FENCE = /^([\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*)(`{3,}|~{3,})(.*)$/;
const AT_MARGIN = /^ {0,3}$/;
const OWN_IMAGE = /!\[([^\][\n]{0,500})\]\(img_[\w-]{1,200}\)/g; // a key that Feishu gave for what was uploaded there
/** With one pair of brackets in its address. */
const LINK = /(!?)\[([^\][\n]{0,500})\]\(((?:[^()\n]|\([^()\n]{0,200}\)){0,2000})\)/g;
const OPENED = /^<?(?:(?:https?|mailto|tel|lark|feishu):|(?![a-z][a-z\d+.-]*:))/i;
const OPENED_EVERYWHERE = /^<?https?:/i;

/**
 * Only tags that mention people or colour words mean something to Feishu; nothing that a text says shall do that. Where
 * code begins and ends Feishu may see otherwise, so that in code mentions are broken, too.
 */
export const cardMarkdown = (markdown: string): string => changed(markdown, cardWords, withoutMentions);

/** What looks like a mention, which Feishu would make one in a post or a text, looks the same and is none. */
export const withoutMentions = (text: string): string => text.replace(/<(?=\/?at\b)/gi, "<\u200b");

/** Only a mention of everybody becomes none. */
export const withoutMentionOfAll = (text: string): string =>
  text.replace(/<(?=at\b[^<>]{0,500}?=\s{0,9}["']?\s{0,9}all\b)/gi, "<\u200b");

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

const cutUnless = (opened: RegExp) => (all: string, bang: string, label: string, address: string) =>
  opened.test(address.trim()) || (bang !== "" && address.startsWith("img_")) ? all : label;

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
    .replace(LINK, cutUnless(OPENED))
    .replace(/<(https?:\/\/[^\s<>]{1,2000})>/g, "[$1]($1)")
    .replace(/<(?!br\s{0,9}\/?>)(?=[A-Za-z/!?])/gi, "&#60;");

/** Links that no Feishu can open, to files and places of some machine, by their words. */
export const withoutOddLinks = (markdown: string): string =>
  changed(markdown, (words) => words.replace(LINK, cutUnless(OPENED)));

const imagesByWords: Change = (words) => words.replace(OWN_IMAGE, (_, alt: string) => `[${alt || "image"}]`);

/** Images by their words: a key may be made up. */
export const withoutImages = (markdown: string): string => changed(markdown, imagesByWords);

/** Without what Feishu may refuse a card for: tables as blocks of code, images and odd links by their words. */
export const simplified = (markdown: string): string =>
  tablesAsCode(changed(markdown, (words) => imagesByWords(words).replace(LINK, cutUnless(OPENED_EVERYWHERE))));

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

export function isTableRule(line: string): boolean {
  const cells = line.trim().replace(/^\|/, "").replace(/\|$/, "").split("|");
  return line.includes("|") && cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
}

export const hasTable = (markdown: string): boolean => tablesAsCode(markdown) !== markdown;
