// Looks into JSON from Feishu, of which nothing is certain.

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** An object, or a string that holds one; otherwise nothing. */
export function fieldsIn(value: unknown): Fields | undefined {
  if (typeof value !== "string") return isFields(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const stringIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** Numbers, too; they are often strings, and the reverse. */
export const wordIn = (value: unknown): string => (typeof value === "number" ? String(value) : stringIn(value));

/** The first string that says something. */
export const firstOf = (...values: unknown[]): string => values.map(wordIn).find((value) => value.trim() !== "") ?? "";

/** What is written in several languages: the fields of one of them. */
export function inOneLanguage(value: unknown): unknown {
  if (!isFields(value)) return undefined;
  const known = ["zh_cn", "en_us", "ja_jp"].find((language) => isSaid(value[language]));
  return known === undefined ? Object.values(value).find(isSaid) : value[known];
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
