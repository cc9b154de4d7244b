// The reckoning: each violation is one line with the ids that it is about.
import { asc, count, inArray } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { events } from "@/lib/db/schema";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Ledger } from "@/tests/soak/load";

const WAITING_TRIES = 3; // after so many the chat goes on without the message: the contract's only way out of order

export const unfinishedEvents = (db: Database) => db.$count(events, inArray(events.status, ["pending", "processing"]));

/** How many events came by which way. */
export async function sourcesOf(db: Database): Promise<string> {
  const rows = await db.select({ source: events.source, count: count() }).from(events).groupBy(events.source);
  return `events: ${rows.map((row) => `${row.count} by ${row.source}`).join(", ")}`;
}

export const unsettled = (cloud: SandboxCloud, apps: SandboxApp[]) =>
  apps.flatMap(({ appId }) => cloud.deliveries(appId)).filter(({ acknowledged }) => !acknowledged);

/** Every message was answered exactly once, with its own text. */
export function answeredOnce({ said, answers }: Ledger): string[] {
  const wrong = [...said].flatMap(([messageId, { text }]) => {
    const given = answers.get(messageId) ?? [];
    if (given.length !== 1) return `${messageId} (${text}) was answered ${given.length} times`;
    return given[0] === text ? [] : `${messageId} (${text}) was answered with ${JSON.stringify(given[0])}`;
  });
  const strangers = [...answers.keys()].filter((messageId) => !said.has(messageId));
  return [...wrong, ...strangers.map((messageId) => `an answer to ${messageId}, which nobody wrote`)];
}

/** In each chat the answers came in the order of receipt, which is that of the events' ids. */
export async function inOrder(db: Database, { order }: Ledger): Promise<string[]> {
  const { id, messageId, attempts } = events;
  const rows = await db.select({ id, messageId, attempts }).from(events).orderBy(asc(id));
  const received = new Map(rows.map((row) => [row.messageId, row]));
  return [...order].flatMap(([chatId, answered]) => {
    const kept = answered.flatMap((question) => received.get(question) ?? []);
    const waiting = kept.filter((row) => row.attempts < WAITING_TRIES);
    return waiting.flatMap((row, index) => {
      const before = waiting[index - 1];
      if (!before || before.id < row.id) return [];
      return `chat ${chatId}: ${before.messageId} was answered before ${row.messageId}, which was received earlier`;
    });
  });
}

/** So many connections a bot, neither fewer nor more, and none on which nothing comes through. */
export const connectionsOff = (cloud: SandboxCloud, apps: SandboxApp[], wanted: number): string[] =>
  apps.flatMap(({ appId }) => {
    const connections = cloud.connections(appId);
    const silent = connections.filter(({ silence }) => silence).length;
    if (connections.length === wanted && silent === 0) return [];
    return `${appId} has ${connections.length} connections at the cloud instead of ${wanted}, ${silent} of them silent`;
  });
