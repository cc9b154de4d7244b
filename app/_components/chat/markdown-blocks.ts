// Reads Markdown, as bots write it, into blocks: paragraphs, headings, code, lists, quotes, tables.
import { type Inline, parseInline } from "@/app/_components/chat/markdown-inline";

export type Block = { at: number } & (
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "list"; start: number | undefined; items: ListItem[] }
  | { kind: "rule" }
  | { kind: "table"; head: Cell[]; rows: Row[] }
);
export type ListItem = { at: number; checked: boolean | undefined; blocks: Block[] };
export type Cell = { at: number; align: "left" | "center" | "right"; children: Inline[] };
export type Row = { at: number; cells: Cell[] };

type Kind<T> = T extends unknown ? Omit<T, "at"> : never;
/** A block that begins at a line, and the line after it. */
type Taken = { block: Kind<Block>; next: number } | undefined;

const MAX_DEPTH = 6;
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|<hr\s*\/?>)$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,9}|\t{0,3})(?:([-*+•])|(\d{1,9})[.)])(?:\s+|$)/;
const DELIMITERS = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;

export function parseMarkdown(source: string): Block[] {
  return parseLines(source.replace(/\r\n?/g, "\n").split("\n"), 0);
}

function parseLines(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let line = 0;
  while (line < lines.length) {
    if (lines[line]?.trim() === "") {
      line += 1;
      continue;
    }
    const taken = takeBlock(lines, line, depth);
    blocks.push({ at: blocks.length, ...taken.block } as Block);
    line = taken.next;
  }
  return blocks;
}

function takeBlock(lines: string[], line: number, depth: number): NonNullable<Taken> {
  const text = lines[line] ?? "";
  const nested = depth < MAX_DEPTH;
  return (
    takeCode(lines, line) ??
    takeHeading(text, line) ??
    (RULE.test(text) ? { block: { kind: "rule" as const }, next: line + 1 } : undefined) ??
    (nested ? takeQuote(lines, line, depth) : undefined) ??
    (nested ? takeList(lines, line, depth) : undefined) ??
    takeTable(lines, line) ??
    takeParagraph(lines, line)
  );
}

/** A fence that is not closed yet reaches to the end: the text may still grow. */
function takeCode(lines: string[], line: number): Taken {
  const fence = FENCE.exec(lines[line] ?? "");
  if (!fence?.[1]) return undefined;
  const mark = fence[1];
  let end = line + 1;
  while (end < lines.length && !lines[end]?.trimStart().startsWith(mark)) end += 1;
  return {
    block: { kind: "code", language: fence[2] ?? "", text: lines.slice(line + 1, end).join("\n") },
    next: end + 1,
  };
}

function takeHeading(text: string, line: number): Taken {
  const heading = HEADING.exec(text);
  if (!heading) return undefined;
  const [, marks = "#", words = ""] = heading;
  return { block: { kind: "heading", level: marks.length, children: parseInline(words.trim()) }, next: line + 1 };
}

function takeQuote(lines: string[], line: number, depth: number): Taken {
  let end = line;
  while (end < lines.length && QUOTE.test(lines[end] ?? "")) end += 1;
  if (end === line) return undefined;
  const inner = lines.slice(line, end).map((text) => text.replace(QUOTE, ""));
  return { block: { kind: "quote", blocks: parseLines(inner, depth + 1) }, next: end };
}

const widthOf = (space: string) => space.replaceAll("\t", "    ").length;

function takeList(lines: string[], line: number, depth: number): Taken {
  const first = ITEM.exec(lines[line] ?? "");
  if (!first) return undefined;
  const isOrdered = first[3] !== undefined;
  const indent = widthOf(first[1] ?? "");
  const items: ListItem[] = [];
  let end = line;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end] ?? "");
    if (!item || widthOf(item[1] ?? "") > indent + 1 || (item[3] !== undefined) !== isOrdered) break;
    if (widthOf(item[1] ?? "") < indent) break;
    const next = endOfItem(lines, end, indent);
    items.push(readItem(lines.slice(end, next), item[0].length, depth, items.length));
    end = next;
  }
  return { block: { kind: "list", start: isOrdered ? Number(first[3]) : undefined, items }, next: end };
}

/** What stands deeper than the item's mark belongs to the item, blank lines between included. */
function endOfItem(lines: string[], line: number, indent: number): number {
  let end = line + 1;
  while (end < lines.length) {
    const text = lines[end] ?? "";
    if (text.trim() === "") {
      const after = lines[end + 1] ?? "";
      const isDeeper = after.trim() !== "" && widthOf(/^\s*/.exec(after)?.[0] ?? "") > indent + 1;
      const isItem = widthOf(ITEM.exec(after)?.[1] ?? " ".repeat(99)) === indent;
      if (!isDeeper) return isItem ? end + 1 : end;
    } else if (widthOf(/^\s*/.exec(text)?.[0] ?? "") <= indent && (ITEM.test(text) || isBlockStart(text))) return end;
    end += 1;
  }
  return end;
}

const isBlockStart = (text: string) => FENCE.test(text) || HEADING.test(text) || QUOTE.test(text) || RULE.test(text);

function readItem(lines: string[], markLength: number, depth: number, at: number): ListItem {
  const [head = "", ...rest] = lines;
  const words = head.slice(markLength);
  const box = /^\[([ xX])\]\s+/.exec(words);
  const dedent = (text: string) => text.replace(new RegExp(`^(?: {1,${Math.max(markLength, 1)}}|\\t)`), "");
  const inner = [box ? words.slice(box[0].length) : words, ...rest.map(dedent)];
  return { at, checked: box ? box[1] !== " " : undefined, blocks: parseLines(inner, depth + 1) };
}

function takeTable(lines: string[], line: number): Taken {
  const head = lines[line] ?? "";
  const delimiters = lines[line + 1] ?? "";
  if (!head.includes("|") || !isDelimiters(delimiters)) return undefined;
  const aligns = cellsOf(delimiters).map((cell) =>
    cell.endsWith(":") ? (cell.startsWith(":") ? ("center" as const) : ("right" as const)) : ("left" as const),
  );
  const read = (text: string) =>
    cellsOf(text).map((cell, at): Cell => ({ at, align: aligns[at] ?? "left", children: parseInline(cell) }));
  let end = line + 2;
  while (end < lines.length && lines[end]?.includes("|")) end += 1;
  const rows = lines.slice(line + 2, end).map((text, at): Row => ({ at, cells: read(text) }));
  return { block: { kind: "table", head: read(head), rows }, next: end };
}

const isDelimiters = (text: string) => text.includes("|") && DELIMITERS.test(text.trim());

function cellsOf(text: string): string[] {
  const inner = text.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function takeParagraph(lines: string[], line: number): NonNullable<Taken> {
  let end = line + 1;
  while (end < lines.length) {
    const text = lines[end] ?? "";
    if (text.trim() === "" || isBlockStart(text) || startsList(text)) break;
    if (startsTable(lines, end)) break;
    end += 1;
  }
  const text = lines
    .slice(line, end)
    .map((each) => each.trim())
    .join("\n");
  return { block: { kind: "paragraph", children: parseInline(text) }, next: end };
}

const startsTable = (lines: string[], line: number) =>
  Boolean(lines[line]?.includes("|")) && isDelimiters(lines[line + 1] ?? "");

/** A paragraph is not ended by a line that happens to begin with a year and a full stop. */
const startsList = (text: string) => {
  const item = ITEM.exec(text);
  return item !== null && (item[3] === undefined || item[3] === "1");
};
