// Which statements something sent to the database, and how many rows each of them touched.
import { type SQL, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";

type Statement = { query: string; params: unknown[] };
type Plan = {
  "Node Type": string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Plan[];
};

/** The statements that `work` sends, outside of transactions. */
export async function statementsOf(db: Database, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { session } = db as unknown as { session: { logger: { logQuery(query: string, params: unknown[]): void } } };
  const { logger } = session;
  session.logger = { logQuery: (query, params) => void statements.push({ query, params }) };
  try {
    await work();
  } finally {
    session.logger = logger;
  }
  return statements;
}

/** How many rows of tables and indexes the statement looks at, whether it returns them or not: by the plan that it runs with. */
export async function rowsTouched(db: Database, { query, params }: Statement): Promise<number> {
  const pieces = query.split(/\$(\d+)/).map((piece, index): SQL => {
    return index % 2 === 0 ? sql.raw(piece) : sql`${params[Number(piece) - 1]}`;
  });
  const [row] = await db.transaction(async (tx) => {
    // In a table of a test's size all of it is read as fast as a part of it: the plan shall be that of a large one.
    await tx.execute(sql`set local random_page_cost = 1`);
    const explained = sql`explain (analyze, format json) ${sql.join(pieces)}`;
    return queryRows<{ "QUERY PLAN": [{ Plan: Plan }] }>(tx, explained);
  });
  return row ? touchedBy(row["QUERY PLAN"][0].Plan) : 0;
}

function touchedBy(plan: Plan): number {
  const isScan = plan["Node Type"].endsWith("Scan") && !/^(Subquery|CTE|Function|Values)/.test(plan["Node Type"]);
  const rows =
    plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0);
  const own = isScan ? rows * plan["Actual Loops"] : 0;
  return own + (plan.Plans ?? []).reduce((sum, part) => sum + touchedBy(part), 0);
}
