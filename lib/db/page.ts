// Keyset pagination: opaque cursors that survive rows being added and removed.
import { z } from "zod";
import { AppError } from "@/lib/errors";

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;
/** A statement that looks through what is stored looks at no more rows than this, whatever it looks for. */
export const MOST_ROWS = 5_000;

export type PageRequest = { limit: number; cursor?: string | undefined };
export type Page<T> = { items: T[]; nextCursor: string | null };

export const encodeCursor = (key: (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

/** Throws `invalid_input` for anything that `encodeCursor` did not make for this list. */
export function decodeCursor<T extends z.ZodType>(cursor: string | undefined, shape: T): z.infer<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("invalid_input", "badCursor", {
      fields: [{ path: "cursor", message: "errors.badCursor" }],
      cause,
    });
  }
}

// PostgreSQL has no year 0, and no text with NUL.
export const cursorTime = z.iso.datetime().refine((time) => Date.parse(time) >= 0);
/** The cursor of lists ordered by a time and an id. */
export const timeCursor = z.tuple([cursorTime, z.string().refine((id) => !id.includes("\0"))]);
/** The cursor of lists ordered by a growing number. */
export const numberCursor = z.tuple([z.int().nonnegative()]);

/** `rows` were asked with one more than the limit, which tells whether a next page exists. */
export function pageOf<R>(rows: R[], limit: number, keyOf: (row: R) => (string | number)[]): Page<R> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
