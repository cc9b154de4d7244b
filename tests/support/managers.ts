// Several connection managers, as of several processes, over one PostgreSQL database and one simulated cloud.
import { sql } from "drizzle-orm";
import { test } from "vitest";
import type { ManagerDeps } from "@/lib/connections/manager";
import { type OpenDatabase, queryRows } from "@/lib/db/client";
import { createIntake } from "@/lib/events/intake";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager, type TestBot } from "@/tests/support/connections";
import { databaseKinds, freshPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

/** Where several processes can share a database. */
export const onPostgres = test.runIf(databaseKinds.includes("postgres"));

export async function scene(bots: number) {
  const { url } = await freshPostgres();
  const database = await openReplica(url, "observer");
  const cloud = await startTestCloud();
  const all: TestBot[] = [];
  for (let i = 0; i < bots; i++) all.push(await addConnectedBot(database, cloud));
  const online = (bot: TestBot) => cloud.connections(bot.app.appId).length;
  return {
    url,
    database,
    cloud,
    bots: all,
    online,
    async replica(instance: string, options: { through?: string } & Partial<ManagerDeps> = {}) {
      const { through = url, ...deps } = options;
      const { db, bus } = await openReplica(through, instance);
      const intake = createIntake({ db, bus, logger: quietLogger });
      const onEvent = async (botId: string, envelope: unknown) => {
        await intake.receive(botId, envelope, "websocket");
      };
      return createManager({ db, bus }, { instance, onEvent, ...deps }).manager;
    },
    /** How many bots each instance holds and is connected with. */
    async shares() {
      const rows = await queryRows<{ instance: string; held: number }>(
        database.db,
        sql`select instance, count(*)::int as held from connections
          where lease_until >= now() and state = 'connected' group by instance order by instance`,
      );
      return Object.fromEntries(rows.map(({ instance, held }) => [instance, held]));
    },
    async allOnce() {
      await waitFor(() => all.every((bot) => online(bot) === 1), "one connection a bot");
    },
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** The smallest number of connections that each bot has had since. */
export function watchFewest({ cloud, bots, online }: Scene): () => number {
  let fewest = Math.min(...bots.map(online));
  cloud.on("connection", () => {
    fewest = Math.min(fewest, ...bots.map(online));
  });
  return () => fewest;
}

export function writeTo(cloud: SandboxCloud, appId: string): string {
  const { chatId } = cloud.directChat(appId, "Ann");
  return cloud.say({ appId, chatId, from: "Ann", text: "hello" }).eventId;
}

/** People write to every bot until it is stopped; returns how many messages there were. */
export function keepWriting({ cloud, bots }: Scene): () => string[] {
  const eventIds: string[] = [];
  const timer = setInterval(() => {
    for (const { app } of bots) {
      eventIds.push(writeTo(cloud, app.appId));
    }
  }, 20);
  return () => {
    clearInterval(timer);
    return eventIds;
  };
}

export async function storedEvents({ db }: OpenDatabase): Promise<string[]> {
  const rows = await queryRows<{ event_id: string }>(db, sql`select event_id from events`);
  return rows.map((row) => row.event_id).toSorted();
}
