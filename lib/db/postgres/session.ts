// What Drizzle takes for postgres.js's `sql`: statements and transactions, each over a link of the pool.
import type { Sql } from "postgres";
import type { Conversions, Link } from "@/lib/db/postgres/link";
import type { Pool } from "@/lib/db/postgres/pool";

type Run = <T>(ask: (sql: Sql) => PromiseLike<T>) => Promise<T>;
type Work = (client: Client) => Promise<unknown>;

type Client = {
  options: Conversions;
  unsafe(query: string, parameters?: unknown[], options?: object): Promise<unknown> & { values(): Promise<unknown> };
  begin(work: Work): Promise<unknown>;
  savepoint(work: Work): Promise<unknown>;
};

export function clientOf(pool: Pool, conversions: Conversions): Sql {
  const client: Client = {
    options: conversions,
    unsafe: unsafeOver((ask) => pool.use((link) => link.run(ask))),
    begin: (work) => pool.use((link) => transaction(link, conversions, work, TRANSACTION)),
    savepoint: () => Promise.reject(new Error("There is no transaction.")),
  };
  return client as unknown as Sql;
}

function unsafeOver(run: Run): Client["unsafe"] {
  return (query, parameters = [], options = {}) => {
    let isRows = false;
    // `values()` is called in the same turn, before the statement is sent.
    const answer = Promise.resolve().then(() =>
      run<unknown>((sql) => {
        const statement = sql.unsafe(query, parameters as never[], options);
        return isRows ? statement.values() : statement;
      }),
    );
    const values = () => {
      isRows = true;
      return answer;
    };
    return Object.assign(answer, { values });
  };
}

type Words = { begin: string; commit: string; rollback: string };

const TRANSACTION: Words = { begin: "begin", commit: "commit", rollback: "rollback" };

async function transaction(link: Link, options: Conversions, work: Work, words: Words, depth = 0): Promise<unknown> {
  const say = (statement: string) => link.run((sql) => sql.unsafe(statement));
  let failure: unknown;
  const noting: Run = (ask) =>
    link.run(ask).catch((error: unknown) => {
      failure ??= error;
      throw error;
    });
  const name = `s${depth}`;
  const inner: Words = { begin: `savepoint ${name}`, commit: `release ${name}`, rollback: `rollback to ${name}` };
  const client: Client = {
    options,
    unsafe: unsafeOver(noting),
    begin: (nested) => client.savepoint(nested),
    savepoint: (nested) => transaction(link, options, nested, inner, depth + 1),
  };
  await say(words.begin);
  try {
    const result = await work(client);
    // PostgreSQL answers a commit after an error that was caught with a rollback, and without a word.
    if (failure) throw failure;
    await say(words.commit);
    return result;
  } catch (error) {
    // Nobody may get a link with somebody's transaction still open.
    await say(words.rollback).catch((cause: Error) => link.destroy(cause));
    throw error;
  }
}
