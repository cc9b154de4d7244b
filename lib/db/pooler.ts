// Refuses a pooler that gives a connection's session to others between transactions, as PgBouncer does in transaction mode.
import type { Sql } from "postgres";
import postgres from "postgres";
import { StartupError } from "@/lib/errors";

// Other clients of the pooler may happen to leave each of ours its session.
const ROUNDS = 3;
const LIMIT_MS = 10_000;

/** Without a session of one's own no NOTIFY arrives, no advisory lock holds and no prepared statement is found again. */
export async function requireOwnSession(url: string, host: string): Promise<void> {
  const options = { max: 1, connect_timeout: LIMIT_MS / 1_000, fetch_types: false, onnotice: () => undefined } as const;
  const [first, second] = [postgres(url, options), postgres(url, options)];
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const problem = `no second connection within ${LIMIT_MS / 1_000} s`;
    timer = setTimeout(() => reject(new StartupError("databaseFails", { host, problem })), LIMIT_MS);
  });
  try {
    if (await Promise.race([areShared(first, second), limit])) throw new StartupError("databasePooled", { host });
  } finally {
    clearTimeout(timer);
    await Promise.all([first.end({ timeout: 0 }), second.end({ timeout: 0 })]);
  }
}

/** True where two connections that are both open meet the same session, or one of them meets several. */
async function areShared(first: Sql, second: Sql): Promise<boolean> {
  const ofFirst = new Set([await sessionOf(first)]);
  for (let round = 0; round < ROUNDS; round++) {
    if (ofFirst.has(await sessionOf(second))) return true;
    // A transaction keeps its session: the first connection must take another one meanwhile.
    const isShared = await second.begin(async (transaction) => {
      if (ofFirst.has(await sessionOf(transaction))) return true;
      return ofFirst.add(await sessionOf(first)).size > 1;
    });
    if (isShared) return true;
  }
  return false;
}

// As a simple query: a prepared one may fail on a shared session.
async function sessionOf(sql: Pick<Sql, "unsafe">): Promise<unknown> {
  const [row] = await sql.unsafe("select pg_backend_pid() as pid");
  return row?.pid;
}
