import { sql } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Database, queryRows } from "@/lib/db/client";
import { connections, events } from "@/lib/db/schema";
import { renderMetrics } from "@/lib/metrics";
import { checkReadiness } from "@/lib/readiness";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";

const databaseThat = (execute: () => Promise<never>) => ({ execute }) as unknown as Database;

const healthy = { isHealthy: true };
const ailing = { isHealthy: false };
const signal = new AbortController().signal;

describeOnDatabases("readiness", (kind) => {
  test("is there while every part does its work", async () => {
    const { work, isSilent: isDatabaseSilent } = await freshDatabase(kind);
    expect(await checkReadiness({ work, isDatabaseSilent, worker: healthy, connections: healthy, signal })).toEqual({
      status: "ok",
      checks: { database: "ok", worker: "ok", connections: "ok" },
    });
  });

  test("does not miss connections where none can live", async () => {
    const { work, isSilent: isDatabaseSilent } = await freshDatabase(kind);
    expect(await checkReadiness({ work, isDatabaseSilent, worker: ailing, connections: null, signal })).toMatchObject({
      status: "ok",
      checks: { database: "ok", worker: "off", connections: "off" },
    });
  });

  test("names the part that does not", async () => {
    const { work, isSilent: isDatabaseSilent } = await freshDatabase(kind);
    expect(
      await checkReadiness({ work, isDatabaseSilent, worker: ailing, connections: healthy, signal }),
    ).toMatchObject({
      status: "unavailable",
      checks: { database: "ok", worker: "failed", connections: "ok" },
    });
    expect(
      await checkReadiness({ work, isDatabaseSilent, worker: healthy, connections: ailing, signal }),
    ).toMatchObject({
      status: "unavailable",
      checks: { database: "ok", worker: "ok", connections: "failed" },
    });
  });

  test("ends with the database, whether it refuses or keeps silent", async () => {
    const unavailable = { status: "unavailable", checks: { database: "failed", worker: "ok", connections: "ok" } };
    const parts = { worker: healthy, connections: healthy, signal, isDatabaseSilent: undefined };
    expect(await checkReadiness({ ...parts, work: databaseThat(() => Promise.reject(new Error("gone"))) })).toEqual(
      unavailable,
    );
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const silent = checkReadiness({ ...parts, work: databaseThat(() => new Promise(() => undefined)) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await silent).toEqual(unavailable);
  });

  test("ends when the process begins to stop", async () => {
    const { work, isSilent: isDatabaseSilent } = await freshDatabase(kind);
    const stopping = AbortSignal.abort();
    const readiness = await checkReadiness({
      work,
      isDatabaseSilent,
      worker: healthy,
      connections: healthy,
      signal: stopping,
    });
    expect(readiness.status).toBe("unavailable");
  });
});

describeOnDatabases("metrics", (kind) => {
  test("count bots by state and events by what became of them", async () => {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const [first, second] = [await addBot(db, ann, { useWebSocket: true }), await addBot(db, ann)];
    const leaseUntil = new Date(Date.now() + 3_600_000);
    await db.insert(connections).values({ botId: first, state: "connected", leaseOwner: "me", leaseUntil });
    const event = (eventId: string, status: "pending" | "done" | "failed", minutesAgo = 0) => ({
      botId: second,
      eventId,
      eventType: "im.message.receive_v1",
      source: "webhook" as const,
      status,
      payload: {},
      lane: eventId,
      dueAt: new Date(Date.now() - 90_000),
      receivedAt: new Date(Date.now() - minutesAgo * 60_000),
    });
    await db
      .insert(events)
      .values([event("1", "pending"), event("2", "done"), event("3", "done"), event("4", "failed", 120)]);
    const text = await renderMetrics({ db, instance: 'a "b"\\c', version: "1.2.3", startedAt: new Date(1_000_000) });
    const lines = text.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        'larkspur_info{version="1.2.3",instance="a \\"b\\"\\\\c"} 1',
        "# TYPE larkspur_bots gauge",
        'larkspur_bots{state="connected"} 1',
        'larkspur_bots{state="disconnected"} 1',
        'larkspur_bots{state="error"} 0',
        'larkspur_events_unfinished{status="pending"} 1',
        'larkspur_events_unfinished{status="processing"} 0',
        'larkspur_events_last_hour{status="done"} 2',
        'larkspur_events_last_hour{status="failed"} 0',
        "process_start_time_seconds 1000",
      ]),
    );
    expect(Number(/^larkspur_events_oldest_due_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
    expect(text.endsWith("\n")).toBe(true);
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{.*\})? [\d.e+-]+)$/);
  });

  test("read nothing of a single bot's answers, and once for all who ask at the same time", async () => {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const bots = [await addBot(db, ann, { useWebSocket: true }), await addBot(db, ann, { useWebSocket: true })];
    const leaseUntil = new Date(Date.now() + 3_600_000);
    await db
      .insert(connections)
      .values(bots.map((botId) => ({ botId, state: "connected" as const, leaseOwner: "me", leaseUntil })));
    const reads = async (tx: Database, table: string) => {
      const [row] = await queryRows<{ scans: string }>(
        tx,
        sql`select seq_scan + coalesce(idx_scan, 0) as scans from pg_stat_xact_user_tables where relname = ${table}`,
      );
      return Number(row?.scans ?? 0);
    };
    const scrape = (tx: Database) => renderMetrics({ db: tx, instance: "one", version: "1", startedAt: new Date(0) });
    await db.transaction(async (tx) => {
      expect(await scrape(tx)).toContain('larkspur_bots{state="connected"} 2\n');
      expect(await reads(tx, "replies")).toBe(0);
      const ofOne = await reads(tx, "events");
      expect(ofOne).toBeGreaterThan(0);
      const texts = await Promise.all(Array.from({ length: 10 }, () => scrape(tx)));
      expect(texts.every((text) => text.includes('larkspur_bots{state="connected"} 2\n'))).toBe(true);
      expect(await reads(tx, "events")).toBe(2 * ofOne);
    });
  });

  test("are complete in an empty installation", async () => {
    const { db } = await freshDatabase(kind);
    const text = await renderMetrics({ db, instance: "one", version: "1", startedAt: new Date() });
    expect(text).toContain('larkspur_bots{state="connected"} 0\n');
    expect(text).toContain("larkspur_events_oldest_due_seconds 0\n");
  });
});
