// Takes out of text and JSON what PostgreSQL cannot store: NUL, and halves of a surrogate pair.

const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// What JSON.stringify makes of these; a false alarm costs time and nothing else.
const UNSTORABLE_JSON = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

export function cleanText(text: string): string {
  if (!UNSTORABLE.test(text)) return text;
  return text.replace(new RegExp(UNSTORABLE, "g"), (bad) => (bad === "\0" ? "" : "\ufffd"));
}

/** A clean copy, keys included. Throws what `onTooDeep` makes where it is nested deeper than `maxDepth`. */
export function cleanValue(value: unknown, maxDepth: number, onTooDeep: () => Error): unknown {
  if (typeof value === "string") return cleanText(value);
  if (value === null || typeof value !== "object") return value;
  if (maxDepth < 0) throw onTooDeep();
  const cleaned = (item: unknown) => cleanValue(item, maxDepth - 1, onTooDeep);
  if (Array.isArray(value)) return value.map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), cleaned(item)]));
}

/** JSON that can be handed to the database whatever Feishu or a model put into it. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE_JSON.test(json)) return json;
  return JSON.stringify(cleanValue(JSON.parse(json), Number.POSITIVE_INFINITY, () => new Error("endless")));
}
