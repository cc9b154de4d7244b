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
type Rule = (source: string, at: number, depth: number) => Found | undefined;

const MAX_DEPTH = 8;
const MAX_LABEL = 500;
const MAX_ADDRESS = 2_000;
const MAX_INNER = 5_000;

const CANDIDATE = /[\\`*_~![<\n]|https?:\/\//g;
const ADDRESS = /https?:\/\/[^\s<>"'`，。；：！？、（）【】「」]{1,2000}/y;

/** Takes time in proportion to the length, whatever the text is: it may come from a stranger, and grow. */
export function parseInline(source: string, depth = 0): Inline[] {
  const nodes: Inline[] = [];
  let text = "";
  const flush = () => {
    if (text) nodes.push({ at: nodes.length, kind: "text", text });
    text = "";
  };
  let position = 0;
  while (position < source.length) {
    CANDIDATE.lastIndex = position;
    const next = CANDIDATE.exec(source)?.index ?? source.length;
    text += source.slice(position, next);
    position = next;
    if (position >= source.length) break;
    if (source[position] === "\\" && /[!-/:-@[-`{-~]/.test(source[position + 1] ?? "")) {
      text += source[position + 1];
      position += 2;
      continue;
    }
    const found = depth < MAX_DEPTH ? RULES[source[position] ?? ""]?.(source, position, depth) : undefined;
    if (found) {
      flush();
      nodes.push({ at: nodes.length, ...found.node } as Inline);
      position = found.end;
    } else {
      text += source[position];
      position += 1;
    }
  }
  flush();
  return nodes;
}

/** An address that may stand behind a link: nothing that a browser would run. */
export function safeAddress(address: unknown): string | undefined {
  if (typeof address !== "string" || !URL.canParse(address)) return undefined;
  return ["http:", "https:", "mailto:"].includes(new URL(address).protocol) ? address : undefined;
}

const code: Rule = (source, at) => {
  const fence = /`+/y;
  fence.lastIndex = at;
  const ticks = fence.exec(source)?.[0] ?? "`";
  const close = source.indexOf(ticks, at + ticks.length);
  if (close < 0) return undefined;
  return { node: { kind: "code", text: source.slice(at + ticks.length, close).trim() }, end: close + ticks.length };
};

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

function emphasis(source: string, at: number, depth: number, mark: string, kind: "strong" | "em" | "strike") {
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

const stars: Rule = (source, at, depth) =>
  source.startsWith(source.charAt(at).repeat(2), at)
    ? emphasis(source, at, depth, source.charAt(at).repeat(2), "strong")
    : emphasis(source, at, depth, source.charAt(at), "em");

const strike: Rule = (source, at, depth) =>
  source.startsWith("~~", at) ? emphasis(source, at, depth, "~~", "strike") : undefined;

/** `[label](target)`, beginning at the bracket. */
function bracketed(source: string, at: number): { label: string; target: string; end: number } | undefined {
  let open = 1;
  let close = at + 1;
  for (; close < source.length && close - at <= MAX_LABEL; close += 1) {
    if (source[close] === "[") open += 1;
    if (source[close] === "]") open -= 1;
    if (open === 0) break;
  }
  if (open !== 0 || source[close + 1] !== "(") return undefined;
  let parens = 1;
  let end = close + 2;
  for (; end < source.length && end - close <= MAX_ADDRESS; end += 1) {
    if (source[end] === "(") parens += 1;
    if (source[end] === ")") parens -= 1;
    if (parens === 0) break;
  }
  if (parens !== 0) return undefined;
  const [target = ""] = source
    .slice(close + 2, end)
    .trim()
    .split(/\s+/);
  return { label: source.slice(at + 1, close), target, end: end + 1 };
}

const link: Rule = (source, at, depth) => {
  const found = bracketed(source, at);
  if (!found) return undefined;
  const href = safeAddress(found.target);
  const children = parseInline(found.label, depth + 1);
  return { node: href ? { kind: "link", href, children } : { kind: "em", children }, end: found.end };
};

const image: Rule = (source, at) => {
  const found = source[at + 1] === "[" ? bracketed(source, at + 1) : undefined;
  return found && { node: { kind: "image", key: found.target, alt: found.label }, end: found.end };
};

const bareAddress: Rule = (source, at) => {
  ADDRESS.lastIndex = at;
  const href = ADDRESS.exec(source)?.[0].replace(/[.,;:!?)\]*_~]+$/, "");
  if (!href || !safeAddress(href)) return undefined;
  return { node: { kind: "link", href, children: [{ at: 0, kind: "text", text: href }] }, end: at + href.length };
};

const TAG = /<(\/?)([a-z_]+)((?:\s[^<>]{0,500})?)\/?>/y;
const EMPTY_TAGS = ["br", "person", "local_datetime"];

/** The few tags that Feishu's Markdown has; any other stays text. */
const tag: Rule = (source, at, depth) => {
  const address = /<(https?:\/\/[^\s<>]{1,2000})>/y;
  address.lastIndex = at;
  const plain = address.exec(source);
  if (plain?.[1]) {
    const children: Inline[] = [{ at: 0, kind: "text", text: plain[1] }];
    return { node: { kind: "link", href: plain[1], children }, end: at + plain[0].length };
  }
  TAG.lastIndex = at;
  const found = TAG.exec(source);
  if (!found || found[1] === "/") return undefined;
  const [whole, , name = "", attributes = ""] = found;
  const start = at + whole.length;
  const close = `</${name}>`;
  const ahead = source.slice(start, start + MAX_INNER);
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

const RULES: Record<string, Rule> = {
  "`": code,
  "*": stars,
  _: stars,
  "~": strike,
  "[": link,
  "!": image,
  "<": tag,
  h: bareAddress,
  "\n": (_, at) => ({ node: { kind: "break" }, end: at + 1 }),
};
