// PostgreSQL goes away and comes back below running replicas.
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { freshPostgres } from "@/tests/support/databases";
import {
  converse,
  openCluster,
  type Replica,
  reaches,
  TAKEOVER_LIMIT_MS,
  watchConnections,
} from "@/tests/support/replicas";
import { waitFor } from "@/tests/support/wait-for";

const readiness = async ({ server }: Replica) => (await fetch(`${server.url}/api/ready`)).status;

test("while PostgreSQL is away connections stay up and nothing is acknowledged, and then it goes on by itself", async () => {
  const { url } = await freshPostgres();
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  const proxy = await startDatabaseProxy(url);
  const cluster = await openCluster(proxy.url);
  const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")]);
  const all = [a, b];
  await cluster.addBots(4, a);
  await reaches(cluster, a, { a: 2, b: 2 });
  const seen = watchConnections(cluster);
  const talk = converse(cluster);
  await talk.goesOn(50);

  proxy.cut();
  await waitFor(
    async () => (await Promise.all(all.map(readiness))).every((status) => status === 503),
    "both to say so",
  );
  const takenBefore = talk.taken.size;
  const expired = async () => (await sql`select 1 from connections where lease_until < now()`).length;
  await waitFor(async () => (await expired()) === 4, "the leases to expire", TAKEOVER_LIMIT_MS);
  expect(seen).toEqual({ fewest: 1, most: 1 });
  expect(talk.taken.size).toBe(takenBefore);
  const stored = new Set((await sql`select event_id from events`).map(({ event_id }) => event_id));
  expect([...talk.taken].filter((eventId) => !stored.has(eventId))).toEqual([]);

  proxy.mend();
  await waitFor(
    async () => (await Promise.all(all.map(readiness))).every((status) => status === 200),
    "both to be ready",
  );
  await talk.goesOn(50);
  await reaches(cluster, a, { a: 2, b: 2 });
  await talk.end();
  expect(seen.fewest).toBe(1);
});
