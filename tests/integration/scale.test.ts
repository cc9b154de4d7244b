import { isNotNull, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { listChanges } from "@/lib/connections/history";
import { type Holder, releaseLeases, renewLeases } from "@/lib/connections/leases";
import { offerBots, withdrawOffers } from "@/lib/connections/offers";
import { StatusRecorder, writeVitals } from "@/lib/connections/recorder";
import { listConnectionStatuses } from "@/lib/connections/status";
import { type Database, queryRows } from "@/lib/db/client";
import { events } from "@/lib/db/schema";
import * as inbox from "@/lib/events/inbox";
import { createIntake } from "@/lib/events/intake";
import { latestEventAt, listEvents } from "@/lib/events/queries";
import { deleteOldEvents } from "@/lib/events/retention";
import { renderMetrics } from "@/lib/metrics";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager } from "@/tests/support/connections";
import { databaseKinds, freshDatabase, freshPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { envelopeOf } from "@/tests/support/inbox";
import { addBot, addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";
import { openWork, REPLY } from "@/tests/support/work";

const holder: Holder = { owner: "a/1", instance: "a", isAlone: false };
const onPostgres = databaseKinds.includes("postgres");

async function addBots(db: Database, count: number): Promise<string[]> {
  const owner = await addPerson(db, "Owner", "admin");
  const botIds: string[] = [];
  for (let i = 0; i < count; i += 1) {
    botIds.push(await addBot(db, owner, { domain: "lark", useWebSocket: true }));
  }
  return botIds.toSorted();
}

const writeStatuses = async (db: Database, botIds: string[]) => {
  const recorder = new StatusRecorder({ db, logger: quietLogger, onWritten: () => undefined });
  const status = { state: "connected", at: new Date(), reconnectAttempt: 0 } as const;
  for (const botId of botIds) recorder.add({ botId, fence: 1, instance: "a", status, isChange: true });
  await recorder.flush();
};

const vitalsOf = (botIds: string[]) => botIds.map((botId) => ({ botId, fence: 1, lastHeartbeatAt: new Date() }));

describe.runIf(onPostgres)("statements over many bots", () => {
  test.each([
    ["renewing leases", (db: Database, botIds: string[]) => renewLeases(db, holder, botIds)],
    ["giving leases back", (db: Database, botIds: string[]) => releaseLeases(db, holder, botIds)],
    ["offering", (db: Database, botIds: string[]) => offerBots(db, holder, botIds)],
    ["withdrawing offers", (db: Database, botIds: string[]) => withdrawOffers(db, holder, botIds, "unclaimed")],
    ["states", writeStatuses],
    ["when bots were last heard from", (db: Database, botIds: string[]) => writeVitals(db, vitalsOf(botIds))],
  ])("lock in one order, so that no two wait for each other: %s", async (_, write) => {
    const { url } = await freshPostgres();
    const { db } = await openReplica(url);
    const botIds = (await addBots(db, 5)).toReversed();
    for (const botId of botIds) {
      await db.execute(sql`insert into connections (bot_id, lease_owner, lease_until, fence)
        values (${botId}, ${holder.owner}, now() + interval '1 minute', 1)`);
    }
    const [last, first] = [botIds[0], botIds.at(-1)];
    let writing: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      await tx.execute(sql`select from connections where bot_id = ${first} for update`);
      writing = write(db, botIds);
      await waitFor(async () => {
        const waiting = await queryRows(
          db,
          sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      }, "the statement to wait for the first bot");
      const free = await queryRows(
        tx,
        sql`select bot_id from connections where bot_id = ${last} for update skip locked`,
      );
      expect(free).toHaveLength(1);
    });
    await writing;
  });
});

const MOST_AT_ONCE = 50;
const DISCOVERY = "/callback/ws/endpoint";

test("two hundred bots that are dropped at once come back, never more than fifty at the same time", async () => {
  const database = await freshDatabase();
  const cloud = await startTestCloud();
  const bots = await Promise.all(Array.from({ length: 200 }, () => addConnectedBot(database, cloud)));
  const { manager } = createManager(database, { exclusive: true, limits: { discoveryMs: 4_000 } });
  const connected = () => bots.filter(({ app }) => cloud.connections(app.appId).some(({ ready }) => ready)).length;
  await manager.start();
  await waitFor(
    () => connected() === bots.length,
    () => `${connected()} are connected`,
    60_000,
  );
  let asked = 0;
  cloud.on("call", ({ path }) => {
    if (path === DISCOVERY) asked += 1;
  });
  const outage = cloud.faults.add({ on: "endpoint", as: "hang" });
  for (const { app } of bots) cloud.cut(app.appId, "reset");
  // All want to connect now, and nobody is through or has given up.
  await waitFor(async () => {
    const trying = sql`select from connections where state = 'reconnecting' and next_retry_at is null`;
    return asked >= MOST_AT_ONCE && (await queryRows(database.db, trying)).length === bots.length;
  }, "all to try");
  expect(asked).toBe(MOST_AT_ONCE);
  outage.remove();
  await waitFor(
    () => connected() === bots.length,
    () => `${connected()} are back`,
    60_000,
  );
  await waitFor(() => manager.counts.connected === bots.length, "every state to say so");
});

test("bots whose answers hang do not delay another bot", async () => {
  const timing = { lookMs: 20, stopLimitMs: 100 };
  const work = await openWork("pglite", { timing });
  const hanging = await Promise.all(Array.from({ length: 10 }, () => work.addBot()));
  for (const { appId } of hanging) work.cloud.faults.add({ on: "api", as: "hang", path: REPLY, appId });
  const calls = () => work.cloud.calls.filter(({ path, status }) => path.endsWith("/reply") && status === 0).length;
  for (const to of hanging) {
    await Promise.all(Array.from({ length: 40 }, (_, i) => work.write("hangs", { to, from: `Person ${i}` })));
  }
  await waitFor(() => calls() >= 100, "many answers to hang");
  const { id } = await work.write("hello");
  expect(await work.finished(id)).toMatchObject({ status: "done" });
  // None of them has been given up meanwhile.
  expect(await work.database.db.$count(events, isNotNull(events.error))).toBe(0);
});

const EVENTS = 50_000;
const BOTS = 50;

// 1 of 1,000 waits, the newest are of the last hour, the oldest are too old to be kept.
async function fill(db: Database, botIds: string[]): Promise<void> {
  await db.execute(sql`with bot as (
      select bot_id, n from unnest(${sql.raw(`array['${botIds.join("','")}']`)}) with ordinality as b(bot_id, n))
    insert into events (bot_id, event_id, event_type, message_id, chat_id, sender_id, text, source, status, payload,
      lane, received_at)
    select bot.bot_id, 'event-' || i, 'im.message.receive_v1', 'om_' || i, 'oc_' || i % 500, 'ou_' || i % 100, 'text ' || i,
      'websocket', case when i % 1000 = 0 then 'pending' else 'done' end, '{}', 'oc_' || i % 500,
      now() - (${EVENTS} - i) * interval '160 seconds'
    from generate_series(1, ${EVENTS}) i join bot on bot.n = i % ${BOTS} + 1`);
  await db.execute(sql`insert into connection_changes (bot_id, at, state)
    select ${botIds[0]}, now() - i * interval '1 minute', 'connected' from generate_series(1, ${EVENTS}) i`);
  await db.execute(sql`analyze`);
}

type Reading = { scans: number; rows: number };

/** What this transaction has read of the table so far: whole scans of it, and rows through its indexes. */
async function readOf(db: Database): Promise<Reading> {
  const rows = await queryRows<Record<keyof Reading, string>>(
    db,
    sql`select coalesce(sum(seq_scan), 0) as scans, coalesce(sum(idx_tup_fetch), 0) as rows
      from pg_stat_xact_user_tables where relname in ('events', 'connection_changes')`,
  );
  return { scans: Number(rows[0]?.scans), rows: Number(rows[0]?.rows) };
}

const MOST_ROWS = 2_500; // a twentieth of the table
const TIMES = 7; // after five, PostgreSQL may plan without looking at the parameters

describe.runIf(onPostgres)("with many events stored, nothing reads through all of them", () => {
  const page = { limit: 50 };
  const everybody = { userId: "", name: "Everybody", isAdmin: true };
  const hear = (db: Database, botId: string) => {
    const said = {
      appId: "a",
      chatId: "oc_new",
      text: "hello",
      messageId: `om_${Math.random()}`,
      eventId: `${Math.random()}`,
    };
    const bus = { publish: () => undefined, subscribe: () => () => undefined, close: async () => undefined };
    return createIntake({ db, bus, logger: quietLogger }).receive(botId, envelopeOf(said), "websocket");
  };
  const handle = async (db: Database) => {
    const due = await inbox.listDue(db, 1);
    const claimed = await inbox.claim(
      db,
      "w",
      due.slice(0, 5).map(({ id }) => id),
      10_000,
    );
    await inbox.renew(
      db,
      "w",
      claimed.map(({ id }) => id),
      10_000,
    );
    const outcome = { status: "done", steps: [], replies: [] } as const;
    await inbox.finish(
      db,
      "w",
      claimed.map((event) => ({ event, outcome: { ...outcome, steps: [], replies: [] } })),
    );
  };
  const metrics = (db: Database) => renderMetrics({ db, instance: "i", version: "v", startedAt: new Date() });

  test("receiving, answering, listing, retention and metrics", async () => {
    const { db } = await openReplica((await freshPostgres()).url);
    const botIds = await addBots(db, BOTS);
    await fill(db, botIds);
    const botId = botIds[0] ?? "";
    const since = new Date(Date.now() - 3_600_000);
    const hot: Record<string, (tx: Database) => Promise<unknown>> = {
      "receiving a message": (tx) => hear(tx, botId),
      "claiming and finishing": handle,
      "the newest events": (tx) => listEvents(tx, botId, page),
      "events of a status": (tx) => listEvents(tx, botId, { ...page, status: "failed" }),
      "events of a chat": (tx) => listEvents(tx, botId, { ...page, chatId: "oc_0" }),
      "a search in vain": (tx) => listEvents(tx, botId, { ...page, q: "nowhere" }),
      "the latest event": (tx) => latestEventAt(tx, botId),
      "the latest event of a bot without any": (tx) => latestEventAt(tx, "nobody"),
      "the history of a connection": (tx) => listChanges(tx, botId, since, "en"),
      "the states of all bots": (tx) => listConnectionStatuses(tx, everybody, "en", "all"),
      metrics,
    };
    for (const [name, run] of Object.entries(hot)) {
      await db.transaction(async (tx) => {
        for (let time = 1; time <= TIMES; time += 1) {
          const before = await readOf(tx);
          await run(tx);
          const after = await readOf(tx);
          const read = { name, scans: after.scans - before.scans, isFewRows: after.rows - before.rows <= MOST_ROWS };
          expect(read).toEqual({ name, scans: 0, isFewRows: true });
        }
      });
    }
    await db.transaction(async (tx) => {
      const deleted = await deleteOldEvents(tx, { vacuum: false });
      expect(deleted).toBeGreaterThan(0);
      expect(deleted).toBeLessThan(MOST_ROWS);
      expect((await readOf(tx)).scans).toBe(0);
    });
  });
});
