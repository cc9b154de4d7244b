// Reads the words of a line of Markdown, as Feishu writes it, into a tree; never into HTML.

export type Inline = { at: number } & (
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em" | "strike"; children: Inline[] }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "image"; key: string; alt: string }
  | { kind: "at"; id: string; name: string }
  | { kind: "colour"; colour: string; children: Inline[] }
  | { kind: "tag"; colour: string; text: string }
  | { kind: "break" }
);

// Omit would take the union apart.
type Kind<T> = T extends unknown ? Omit<T, "at"> : never;
type Found = { node: Kind<Inline>; end: number };
type Rule = (source: Source, at: number, depth: number) => Found | undefined;
/** What is read, and where each of its brackets is closed. */
type Source = { text: string; closes(at: number): number | undefined };

const MAX_DEPTH = 8;
const MAX_LABEL = 500;
const MAX_ADDRESS = 2_000;
const MAX_INNER = 5_000;
const MAX_MARKS = 8; // more of them in a row are a line that is drawn

const CANDIDATE = /[\\`*_~![<\n]|https?:\/\//g;
const ADDRESS = /https?:\/\/[^\s<>"'`，。；：！？、（）【】「」]{1,2000}/y;

/** Takes time in proportion to the length, whatever the text is: it may come from a stranger, and grow. */
export function parseInline(text: string, depth = 0): Inline[] {
  const source: Source = { text, closes: closesIn(text) };
  const nodes: Inline[] = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ at: nodes.length, kind: "text", text: plain });
    plain = "";
  };
  let position = 0;
  while (position < text.length) {
    CANDIDATE.lastIndex = position;
    const next = CANDIDATE.exec(text)?.index ?? text.length;
    plain += text.slice(position, next);
    position = next;
    if (position >= text.length) break;
    if (text[position] === "\\" && /[!-/:-@[-`{-~]/.test(text[position + 1] ?? "")) {
      plain += text[position + 1];
      position += 2;
      continue;
    }
    const found = depth < MAX_DEPTH ? RULES.get(text[position] ?? "")?.(source, position, depth) : undefined;
    if (found?.node.kind === "text") plain += found.node.text;
    else if (found) {
      flush();
      nodes.push({ at: nodes.length, ...found.node } as Inline);
    } else plain += text[position];
    position = found?.end ?? position + 1;
  }
  flush();
  return nodes;
}

/** An address that may stand behind a link: nothing that a browser would run. */
export function safeAddress(address: unknown): string | undefined {
  if (typeof address !== "string" || !URL.canParse(address)) return undefined;
  return ["http:", "https:", "mailto:"].includes(new URL(address).protocol) ? address : undefined;
}

/** Asked for none, it costs nothing. */
function closesIn(text: string): Source["closes"] {
  let closes: Map<number, number> | undefined;
  return (at) => {
    closes ??= pairsIn(text);
    return closes.get(at);
  };
}

function pairsIn(text: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: Record<string, number[]> = { "[": [], "(": [] };
  for (const { 0: sign, index } of text.matchAll(/[[\]()]/g)) {
    if (sign === "[" || sign === "(") open[sign]?.push(index);
    const opened = sign === "]" ? open["["]?.pop() : sign === ")" ? open["("]?.pop() : undefined;
    if (opened !== undefined) pairs.set(opened, index);
  }
  return pairs;
}

const code: Rule = ({ text }, at) => {
  const fence = /`+/y;
  fence.lastIndex = at;
  const ticks = fence.exec(text)?.[0] ?? "`";
  const start = at + ticks.length;
  const close = text.indexOf(ticks, start);
  if (close < 0) return { node: { kind: "text", text: ticks }, end: start };
  return { node: { kind: "code", text: text.slice(start, close).trim() }, end: close + ticks.length };
};

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

type Emphasis = "strong" | "em" | "strike";

function emphasis(source: string, at: number, depth: number, mark: string, kind: Emphasis): Found | undefined {
  const drawn = source.startsWith(mark[0]?.repeat(MAX_MARKS + 1) ?? "", at) ? endOfRun(source, at) : at;
  if (drawn > at) return { node: { kind: "text", text: source.slice(at, drawn) }, end: drawn };
  const start = at + mark.length;
  const isUnderscore = mark.startsWith("_");
  if (/\s/.test(source[start] ?? " ") || (isUnderscore && isWord(source[at - 1]))) return undefined;
  let close = source.indexOf(mark, start);
  // Three marks at the end: the inner one closes what is inside.
  while (close >= 0 && source[close + mark.length] === mark[0] && mark.length > 1) close += 1;
  if (close <= start || /\s/.test(source[close - 1] ?? " ")) return undefined;
  if (isUnderscore && isWord(source[close + mark.length])) return undefined;
  const children = parseInline(source.slice(start, close), depth + 1);
  return { node: { kind, children }, end: close + mark.length } as Found;
}

function endOfRun(source: string, at: number): number {
  let end = at + 1;
  while (source[end] === source[at]) end += 1;
  return end;
}

const stars: Rule = ({ text }, at, depth) =>
  text.startsWith(text.charAt(at).repeat(2), at)
    ? emphasis(text, at, depth, text.charAt(at).repeat(2), "strong")
    : emphasis(text, at, depth, text.charAt(at), "em");

const strike: Rule = ({ text }, at, depth) =>
  text.startsWith("~~", at) ? emphasis(text, at, depth, "~~", "strike") : undefined;

/** `[label](target)`, beginning at the bracket. */
function bracketed({ text, closes }: Source, at: number): { label: string; target: string; end: number } | undefined {
  const close = closes(at);
  if (close === undefined || close - at > MAX_LABEL || text[close + 1] !== "(") return undefined;
  const end = closes(close + 1);
  if (end === undefined || end - close > MAX_ADDRESS) return undefined;
  const [target = ""] = text
    .slice(close + 2, end)
    .trim()
    .split(/\s+/);
  return { label: text.slice(at + 1, close), target, end: end + 1 };
}

const link: Rule = (source, at, depth) => {
  const found = bracketed(source, at);
  if (!found) return undefined;
  const href = safeAddress(found.target);
  const children = parseInline(found.label, depth + 1);
  return { node: href ? { kind: "link", href, children } : { kind: "em", children }, end: found.end };
};

const image: Rule = (source, at) => {
  const found = source.text[at + 1] === "[" ? bracketed(source, at + 1) : undefined;
  return found && { node: { kind: "image", key: found.target, alt: found.label }, end: found.end };
};

const bareAddress: Rule = ({ text }, at) => {
  ADDRESS.lastIndex = at;
  const href = ADDRESS.exec(text)?.[0].replace(/[.,;:!?)\]*_~]+$/, "");
  if (!href || !safeAddress(href)) return undefined;
  return { node: { kind: "link", href, children: [{ at: 0, kind: "text", text: href }] }, end: at + href.length };
};

const TAG = /<(\/?)([a-z_]+)((?:\s[^<>]{0,500})?)\/?>/y;
const TAGS = new Set(["br", "at", "person", "font", "text_tag", "number_tag", "link", "local_datetime"]);
const EMPTY_TAGS = ["br", "person", "local_datetime"];

/** The few tags that Feishu's Markdown has; any other stays text. */
const tag: Rule = ({ text }, at, depth) => {
  const address = /<(https?:\/\/[^\s<>]{1,2000})>/y;
  address.lastIndex = at;
  const plain = address.exec(text);
  if (plain?.[1]) {
    const children: Inline[] = [{ at: 0, kind: "text", text: plain[1] }];
    return { node: { kind: "link", href: plain[1], children }, end: at + plain[0].length };
  }
  TAG.lastIndex = at;
  const found = TAG.exec(text);
  if (!found || found[1] === "/") return undefined;
  const [whole, , name = "", attributes = ""] = found;
  if (!TAGS.has(name)) return undefined;
  const start = at + whole.length;
  const close = `</${name}>`;
  const ahead = text.slice(start, start + MAX_INNER);
  const length = EMPTY_TAGS.includes(name) ? -1 : ahead.indexOf(close);
  const inner = ahead.slice(0, Math.max(length, 0));
  const node = nodeOfTag(name, attributes, inner, depth);
  return node && { node, end: length < 0 ? start : start + length + close.length };
};

function nodeOfTag(name: string, attributes: string, inner: string, depth: number): Kind<Inline> | undefined {
  const attribute = (key: string) => new RegExp(`\\s${key}=["']?([^"'\\s]+)`).exec(attributes)?.[1] ?? "";
  const colour = attribute("color") || "grey";
  switch (name) {
    case "br":
      return { kind: "break" };
    case "at":
    case "person":
      return { kind: "at", id: attribute("id") || attribute("user_id") || attribute("ids"), name: inner };
    case "font":
      return { kind: "colour", colour, children: parseInline(inner, depth + 1) };
    case "text_tag":
    case "number_tag":
      return { kind: "tag", colour, text: inner };
    case "link": {
      const href = safeAddress(attribute("url") || attribute("href"));
      return href ? { kind: "link", href, children: parseInline(inner, depth + 1) } : undefined;
    }
    case "local_datetime": {
      const at = Number(attribute("millisecond"));
      return Number.isFinite(at) && at > 0 ? { kind: "text", text: new Date(at).toLocaleString() } : undefined;
    }
    default:
      return undefined;
  }
}

const RULES = new Map<string, Rule>([
  ["`", code],
  ["*", stars],
  ["_", stars],
  ["~", strike],
  ["[", link],
  ["!", image],
  ["<", tag],
  ["h", bareAddress],
  ["\n", (_, at) => ({ node: { kind: "break" }, end: at + 1 })],
]);
