// Reads the JSON of a card, which a bot may have made of anything, without trusting its shape.

export type CardNode = Record<string, unknown>;

/** What a person did to a card, as the callback carries it. */
export type CardAction = {
  tag: string;
  value?: unknown;
  name?: string;
  option?: string;
  options?: string[];
  checked?: boolean;
  input_value?: string;
  form_value?: Record<string, unknown>;
};

export type KeyedNode = { at: number; node: CardNode };

export const isNode = (value: unknown): value is CardNode =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The nodes of a list, each with its place: a card has no other keys, and grows at its end. */
export function nodesOf(value: unknown): KeyedNode[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((node, at) => (isNode(node) ? [{ at, node }] : []));
}

export const stringOf = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : undefined;

/** The words of a text node, or of a plain string, in the reader's language where the card has it. */
export function wordsOf(value: unknown, locale: string): string {
  if (typeof value === "string") return value;
  if (!isNode(value)) return "";
  const name = locale.startsWith("zh") ? "zh_cn" : "en_us";
  for (const translated of [value.i18n_content, value.i18n]) {
    const words = isNode(translated) ? stringOf(translated[name]) : undefined;
    if (words) return words;
  }
  return typeof value.content === "string" ? value.content : "";
}

export const isMarkdown = (value: unknown): boolean =>
  isNode(value) && (value.tag === "lark_md" || value.tag === "markdown");

/** The elements of a card of either version. */
export function elementsOf(card: CardNode, locale: string): KeyedNode[] {
  if (isNode(card.body)) return nodesOf(card.body.elements);
  if (isNode(card.i18n_elements)) {
    const name = locale.startsWith("zh") ? "zh_cn" : "en_us";
    const localized = nodesOf(card.i18n_elements[name]);
    return localized.length > 0 ? localized : nodesOf(Object.values(card.i18n_elements)[0]);
  }
  return nodesOf(card.elements);
}

export const isStreaming = (card: CardNode): boolean => isNode(card.config) && card.config.streaming_mode === true;

/** Where a press leads to, and what it tells the bot; a card of version 1 has both on the element itself. */
export function behaviorsOf(node: CardNode): { url: string | undefined; calls: boolean; value: unknown } {
  const behaviors = nodesOf(node.behaviors).map(({ node: behavior }) => behavior);
  const open = behaviors.find(({ type }) => type === "open_url");
  const callback = behaviors.find(({ type }) => type === "callback");
  const multi = isNode(node.multi_url) ? node.multi_url : {};
  const url = stringOf(open?.default_url) ?? stringOf(open?.pc_url) ?? stringOf(node.url) ?? stringOf(multi.url);
  const value = callback?.value ?? node.value;
  return { url, calls: callback !== undefined || node.value !== undefined, value };
}

/** A card's words in one line: what a list of chats shows of it. */
export function summaryOf(card: unknown, locale: string): string {
  if (!isNode(card)) return "";
  const summary = isNode(card.config) ? wordsOf(card.config.summary, locale) : "";
  const title = isNode(card.header) ? wordsOf(card.header.title, locale) : "";
  if (summary || title) return summary || title;
  const first = elementsOf(card, locale).find(({ node }) => node.tag === "markdown" || node.tag === "div");
  return first
    ? (wordsOf(first.node.text ?? first.node, locale)
        .split("\n")[0]
        ?.slice(0, 120) ?? "")
    : "";
}
