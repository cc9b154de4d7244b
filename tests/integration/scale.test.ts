import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { type Holder, releaseLeases, renewLeases } from "@/lib/connections/leases";
import { offerBots, withdrawOffers } from "@/lib/connections/offers";
import { StatusRecorder, writeVitals } from "@/lib/connections/recorder";
import { type Database, queryRows } from "@/lib/db/client";
import { databaseKinds, freshPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

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
    ["renewing leases", (db: Database) => renewLeases(db, holder)],
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
