// Counts calls by the minute. Each process counts by itself and tells the database now and then, so that all replicas know the sum.
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import { tooManyRequests } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

const CALLS_A_MINUTE = 600; // the contract: of a token, and refused ones of an address
const MINUTE_MS = 60_000;
/** So many calls are told together; a fresh count is told at once, and hears of what other processes have counted. */
const TELL_EACH = 50;
const ENTRIES_LIMIT = 10_000;

type Entry = { count: number; untold: number; since: number; telling: boolean };

type CallLimitsDeps = { db: Database; logger: Logger; now?: () => number };

export class CallLimits {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #now: () => number;
  /** Whose minute began first stands first. */
  readonly #entries = new Map<string, Entry>();

  constructor({ db, logger, now = () => performance.now() }: CallLimitsDeps) {
    this.#db = db;
    this.#logger = logger;
    this.#now = now;
  }

  /** Counts a call. Throws `rate_limited` for one beyond the limit. */
  count(key: string): void {
    const now = this.#now();
    const entry = this.#current(key, now);
    entry.count += 1;
    entry.untold += 1;
    if (entry.count > CALLS_A_MINUTE) throw tooManyRequests((entry.since + MINUTE_MS - now) / 1000);
    if (!entry.telling && (entry.count === 1 || entry.untold >= TELL_EACH)) void this.#tell(key, entry);
  }

  #current(key: string, now: number): Entry {
    const known = this.#entries.get(key);
    if (known && now - known.since < MINUTE_MS) return known;
    const entry = { count: 0, untold: 0, since: now, telling: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_LIMIT && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  async #tell(key: string, entry: Entry): Promise<void> {
    const told = entry.untold;
    entry.untold = 0;
    entry.telling = true;
    try {
      const isOver = sql`c.since <= now() - interval '1 minute'`;
      const [row] = await queryRows<{ count: number; ageMs: number }>(
        this.#db,
        sql`insert into rate_counters as c (key, count) values (${key}, ${told})
          on conflict (key) do update set
            count = case when ${isOver} then excluded.count else c.count + excluded.count end,
            since = case when ${isOver} then now() else c.since end
          returning count, (extract(epoch from now() - since) * 1000)::double precision as "ageMs"`,
      );
      if (!row) return;
      entry.count = Math.max(entry.count, row.count + entry.untold);
      entry.since = Math.min(entry.since, this.#now() - row.ageMs);
    } catch (err) {
      this.#logger.warn({ err }, "calls were not counted for the other processes");
    } finally {
      entry.telling = false;
    }
  }
}
