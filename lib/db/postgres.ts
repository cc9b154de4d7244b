// The PostgreSQL driver: two pools of links, one that listens, and a watch over all of them.
import { drizzle } from "drizzle-orm/postgres-js";
import type { Database, Driver } from "@/lib/db/client";
import { type Conversions, Link } from "@/lib/db/postgres/link";
import { Listener } from "@/lib/db/postgres/listener";
import { migratePostgres } from "@/lib/db/postgres/migration";
import { Pool } from "@/lib/db/postgres/pool";
import { clientOf } from "@/lib/db/postgres/session";
import { placesOf } from "@/lib/db/postgres/socket";
import { Watch, type WatchTimes } from "@/lib/db/postgres/watch";
import * as schema from "@/lib/db/schema";
import type { Logger } from "@/lib/logger";

// Apart, so that the console's reading never takes the last connection of intake and worker.
const CONSOLE_POOL_SIZE = 5;
const WORK_POOL_SIZE = 5;
/** With the one that listens. Migrations have one to themselves, before these are opened. */
const CONNECTIONS_NEEDED = CONSOLE_POOL_SIZE + WORK_POOL_SIZE + 1;

type Times = WatchTimes & {
  connectMs: number;
  /** How long a statement waits for a connection. */
  waitMs: number;
  /** How long PostgreSQL works on a statement of the console and the REST API, and on one of intake, worker and connections. */
  consoleStatementMs: number;
  workStatementMs: number;
  /** Longer than it takes to find one of several links dead, which others make up for. */
  awayMs: number;
  closeMs: number;
};

const TIMES: Times = {
  lookMs: 250,
  silentMs: 2_000,
  answerMs: 1_500,
  probeEveryMs: 5_000,
  connectMs: 5_000,
  waitMs: 10_000,
  consoleStatementMs: 15_000,
  workStatementMs: 60_000,
  awayMs: 8_000,
  closeMs: 2_000,
};

export async function openPostgres(url: string, logger: Logger, changed: Partial<Times> = {}): Promise<Driver> {
  const times = { ...TIMES, ...changed };
  await migratePostgres(url, logger, CONNECTIONS_NEEDED);
  logger.info({ connections: CONNECTIONS_NEEDED }, "PostgreSQL is ready; this process uses up to so many connections");
  const { connectMs, waitMs } = times;
  const places = placesOf(url);
  const openPool = (size: number, statementMs: number) => {
    // Drizzle notes here how it wants values to be read and written.
    const conversions: Conversions = { parsers: {}, serializers: {} };
    const open = () => Link.open({ url, places, connectMs, statementMs, conversions });
    const pool = new Pool({ size, waitMs, open });
    return { pool, db: drizzle(clientOf(pool, conversions), { schema }) as unknown as Database };
  };
  const work = openPool(WORK_POOL_SIZE, times.workStatementMs);
  const reading = openPool(CONSOLE_POOL_SIZE, times.consoleStatementMs);
  const listener = new Listener({
    logger,
    open: (onNotify) => Link.open({ url, places, connectMs, statementMs: times.workStatementMs, onNotify }),
  });
  const pools = [work.pool, reading.pool];
  const watch = new Watch({ pools, listener, logger, times });
  watch.start();
  return {
    kind: "postgres",
    db: reading.db,
    work: work.db,
    listen: (channel, onPayload) => listener.listen(channel, onPayload),
    async notify(channel, payload) {
      await work.pool.use((link) => link.run((sql) => sql.unsafe("select pg_notify($1, $2)", [channel, payload])));
    },
    isSilent: () => performance.now() - work.pool.heardAt > times.awayMs,
    async close() {
      watch.stop();
      await Promise.all([listener.close(), ...pools.map((pool) => pool.close(times.closeMs))]);
    },
  };
}
