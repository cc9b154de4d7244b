// A list that is read page by page: what of it stays when its beginning is read anew.

export type Pages<Row> = { first: { rows: Row[]; nextCursor: string | null }; rows: Row[]; nextCursor: string | null };

/** The new first page with the further rows as they were; they are read anew after it. */
export function withNewFirst<Row extends { id: string }>(before: Pages<Row>, first: Pages<Row>["first"]): Pages<Row> {
  const further = before.rows.slice(before.first.rows.length);
  if (further.length === 0 || first.nextCursor === null) return { first, ...first };
  const known = new Set(first.rows.map(({ id }) => id));
  return { first, rows: [...first.rows, ...further.filter(({ id }) => !known.has(id))], nextCursor: before.nextCursor };
}

const MOST_AT_ONCE = 200; // the API's limit

/** Reads on behind the first page until there are as many rows as before, or no more. */
export async function readOn<Row extends { id: string }>(
  { first, rows }: Pages<Row>,
  read: (cursor: string, limit: number) => Promise<{ rows: Row[]; nextCursor: string | null }>,
): Promise<Pages<Row>> {
  let page = first;
  const all = [...first.rows];
  while (page.nextCursor !== null && all.length < rows.length) {
    page = await read(page.nextCursor, Math.min(MOST_AT_ONCE, rows.length - all.length));
    all.push(...page.rows);
  }
  return { first, rows: all, nextCursor: page.nextCursor };
}
