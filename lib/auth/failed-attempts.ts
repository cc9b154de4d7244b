// Slows down whoever keeps guessing: so many failures a minute, then pauses that grow. Counted in the database, for all replicas and across restarts.
import { sql } from "drizzle-orm";
import { Semaphore } from "@/lib/async";
import { type Database, queryRows } from "@/lib/db/client";
import { tooManyRequests } from "@/lib/errors";

const FAILURES_A_MINUTE = 20; // the contract
const LONGEST_PAUSE_MINUTES = 15;
/** Whoever has not failed for so long begins anew. */
const FORGET_AFTER = sql.raw("interval '1 hour'");
const MINUTE = sql.raw("interval '1 minute'");

// One after the other for each key, or many at once would pass before the first of them is counted.
const WAITING_LIMIT = 50;
const TRY_AGAIN_SECONDS = 5;

export class FailedAttempts {
  readonly #db: Database;
  readonly #lanes = new Semaphore({ atOnce: Number.POSITIVE_INFINITY, atOncePerKey: 1 });

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Does the work, which is a failure where it gives `isFailure`. Throws `rate_limited` without doing it while the key is
   * paused, or while too many wait for the same key.
   */
  async guard<T>(key: string, work: () => Promise<T>, isFailure: (result: T) => boolean): Promise<T> {
    if (this.#lanes.waitingFor(key) >= WAITING_LIMIT) throw tooManyRequests(TRY_AGAIN_SECONDS);
    return this.#lanes.run(
      async () => {
        await this.#requireUnpaused(key);
        const result = await work();
        if (isFailure(result)) await this.#count(key);
        return result;
      },
      { key },
    );
  }

  async #requireUnpaused(key: string): Promise<void> {
    const [row] = await queryRows<{ seconds: number }>(
      this.#db,
      sql`select ceil(extract(epoch from paused_until - now()))::integer as seconds from rate_counters
        where key = ${key} and paused_until > now()`,
    );
    if (row) throw tooManyRequests(Math.max(1, row.seconds));
  }

  async #count(key: string): Promise<void> {
    const isOver = sql`c.since <= now() - ${MINUTE}`;
    const count = sql`case when ${isOver} then 1 else c.count + 1 end`;
    const since = sql`case when ${isOver} then now() else c.since end`;
    const pauses = sql`case when c.since <= now() - ${FORGET_AFTER} then 0 else c.pauses end`;
    // The first pause is the rest of the minute; the next ones last 2, 4, 8 … minutes.
    const pause = sql`case when ${pauses} = 0 then ${since} + ${MINUTE}
      else now() + least(power(2, least(${pauses}, 10)), ${LONGEST_PAUSE_MINUTES}::integer) * ${MINUTE} end`;
    const isReached = sql`${count} = ${FAILURES_A_MINUTE}::integer`;
    await this.#db.execute(sql`insert into rate_counters as c (key, count) values (${key}, 1)
      on conflict (key) do update set count = ${count}, since = ${since},
        pauses = ${pauses} + case when ${isReached} then 1 else 0 end,
        paused_until = case when ${isReached} then ${pause} else c.paused_until end`);
  }
}
