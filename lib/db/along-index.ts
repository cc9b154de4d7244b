// Conditions and orders that one index alone can serve, so that a statement's length does not depend on what the planner guesses.
import { type SQL, sql } from "drizzle-orm";

type Exact = [column: SQL, value: SQL | string];

export type Along = {
  where: SQL;
  /** What comes before the last column of the order; `undefined` direction: ascending. */
  order(last: SQL, direction?: SQL): SQL;
};

/**
 * Rows with exactly these values, in the order of what follows them in the index. Said as a range, because the planner takes
 * a column that is *equal* to something out of the order, and then may walk backwards through everything, of whichever bot,
 * until enough fits: fast where a bot's rows are everywhere, and without end where they are old or few.
 */
export function along(...exact: Exact[]): Along {
  return {
    where: sql.join(
      exact.map(([column, value]) => sql`${column} >= ${value} and ${column} <= ${value}`),
      sql` and `,
    ),
    order: (last, direction = sql`asc`) =>
      sql.join(
        [...exact.map(([column]) => column), last].map((column) => sql`${column} ${direction}`),
        sql`, `,
      ),
  };
}

export const DOWN = sql`desc`;
