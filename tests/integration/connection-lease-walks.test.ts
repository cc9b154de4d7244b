import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listWantedBots } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import * as schema from "@/lib/db/schema";
import { randomOf } from "@/tests/soak/random";
import { fakeTime } from "@/tests/support/fake-time";
import { Walk, walkDatabase } from "@/tests/support/lease-walk";
import { addBot, addPerson } from "@/tests/support/people";

const SECOND = 1_000;
const BOTS = 3;
const STEPS = 14;
const WALKS = Number(process.env.LEASE_WALKS ?? 6);
const FIRST_SEED = Number(process.env.LEASE_SEED ?? 1);
/**
 * How long two sockets of one bot may live beside each other: 15 s, and what the walk's clock, which does not wait for the
 * database, runs ahead of it on a busy machine.
 */
const LONGEST_OVERLAP_MS = 20 * SECOND;
const WITHOUT_SOCKET_MS = 25 * SECOND;

let client: PGlite;
let db: Database;
const bots: string[] = [];

beforeAll(async () => {
  client = await PGlite.create();
  db = drizzle(client, { schema }) as unknown as Database;
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
  const owner = await addPerson(db, "Owner", "admin");
  for (let i = 0; i < BOTS; i++) bots.push(await addBot(db, owner, { domain: "lark", useWebSocket: true }));
  await walkDatabase(client);
});
afterAll(() => client.close());
fakeTime();

/** To walk one of them alone again: LEASE_WALKS=1 and LEASE_SEED as the failure names it. */
async function walk(seed: number): Promise<void> {
  const random = randomOf(seed);
  const world = new Walk(client, random);
  const change = (what: ReturnType<typeof sql>) => world.run(() => db.execute(what));
  await change(sql`delete from connections`);
  await change(sql`delete from replicas`);
  await change(sql`update bots set enabled = true`);
  for (let i = 0; i < 2; i++) world.spawn();
  await world.pass(5 * SECOND);
  for (let step = 0; step < STEPS; step++) {
    const dice = random.below(100);
    const someone = world.processes.length > 0 ? random.pick(world.processes) : world.spawn();
    const botId = random.pick(bots);
    if (dice < 35) someone.link = random.pick(["up", "flaky", "flaky", "cut"] as const);
    else if (dice < 50) someone.loseSome();
    else if (dice < 60) await change(sql`update bots set enabled = not enabled where id = ${botId}`);
    else if (dice < 75)
      await change(sql`update bots set credentials_version = credentials_version + 1 where id = ${botId}`);
    else if (dice < 85) void someone.stop();
    else if (dice < 92) someone.kill();
    else if (world.processes.length < 3) world.spawn();
    if (random.below(2) === 0) world.publish({ topic: "bot", botId }, someone);
    await world.pass(random.below(random.below(3) === 0 ? 30 * SECOND : 4 * SECOND));
    expect(world.wrongs, `seed ${seed}, step ${step}`).toEqual([]);
  }
  // Peace: what is wanted has one socket each within the time that is promised, and nothing else has one.
  for (const process of world.processes) process.link = "up";
  if (world.processes.every(({ isStopping }) => isStopping)) world.spawn();
  const wanted = new Set((await world.run(() => listWantedBots(db))).map(({ id }) => id));
  await world.pass(WITHOUT_SOCKET_MS);
  const expected = bots.map((botId) => (wanted.has(botId) ? 1 : 0));
  const open = () => bots.map((botId) => world.openSockets(botId).length);
  expect(open(), `seed ${seed}: open sockets of each bot`).toEqual(expected);
  await world.pass(60 * SECOND);
  expect(open(), `seed ${seed}: open sockets of each bot, a minute later`).toEqual(expected);
  expect(world.wrongs, `seed ${seed}`).toEqual([]);
  expect(world.longestOverlapMs, `seed ${seed}: two sockets of a bot`).toBeLessThanOrEqual(LONGEST_OVERLAP_MS);
  for (const process of world.processes) process.kill();
  await world.pass(10 * SECOND);
  vi.clearAllTimers();
}

test(`${WALKS} random walks: a bot never has two sockets in a process, and each gets one when there is peace`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + WALKS; seed++) await walk(seed);
}, 300_000);
