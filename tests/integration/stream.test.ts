import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEventStream } from "@/app/api/_http/event-stream";
import { feed } from "@/app/api/feishu/stream/feed";
import type { Bus } from "@/lib/db/bus";
import { connections, events } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Runtime } from "@/lib/runtime";
import type { Viewer } from "@/lib/viewer";
import { describeOnDatabases } from "@/tests/support/databases";
import { testOwner } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";
import { openWork } from "@/tests/support/work";

type Message = { event: string; id: string; data: Record<string, unknown> };

/** Reads the stream as a browser does. */
function read(response: Response) {
  const messages: Message[] = [];
  const raw = { text: "", isOver: false };
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      raw.text += chunk;
      messages.length = 0;
      for (const block of raw.text.split("\n\n").slice(0, -1)) {
        const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
        if (fields.data) messages.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) });
      }
    }
    raw.isOver = true;
  })();
  return { messages, raw, reading };
}

describeOnDatabases("the live stream", (kind) => {
  const open = async (viewer: Viewer = testOwner) => {
    const work = await openWork(kind);
    const { db, bus } = work.database;
    const stop = new AbortController();
    const listeners = { count: 0 };
    const watch = (who = viewer, recheck = async () => who, since?: Date, recheckMs = 20) => {
      const stream = openEventStream([stop.signal]);
      const runtime = { db, bus: counting(bus, listeners), logger: console } as unknown as Runtime;
      const fed = feed({ runtime, stream, viewer: who, locale: "en", since, recheck, recheckMs });
      onTestFinished(() => stream.end());
      return { stream, fed, ...read(stream.response) };
    };
    return { ...work, watch, stop, listeners };
  };

  test("begins with the status of each of the caller's bots, then tells what happens", async () => {
    const { watch, write, bot, addBot, database } = await open();
    const second = await addBot();
    const { messages, raw } = watch();
    // Not before the first picture.
    database.bus.publish({ topic: "alerts" });
    await waitFor(() => messages.length === 3, "the first picture");
    expect(messages.pop()).toMatchObject({ event: "alerts", data: {} });
    expect(messages.map(({ event, data }) => [event, data.botId, data.state])).toEqual([
      ["status", bot.id, "disconnected"],
      ["status", second.id, "disconnected"],
    ]);
    expect(raw.text).toMatch(/^retry: \d+\n\n/);

    const { id } = await write("hello");
    const done = () => messages.find(({ event, data }) => event === "event" && data.status === "done");
    expect((await waitFor(done, "the event to be done")).data).toMatchObject({ id: String(id), text: "hello" });

    await database.db.insert(connections).values({ botId: bot.id, state: "error", error: { code: "event.failed" } });
    database.bus.publish({ topic: "status", botId: bot.id });
    await waitFor(() => messages.filter(({ event }) => event === "status").length === 3, "the changed status");
    const ids = messages.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  test("tells what happened since the page was rendered, and not what the page shows already", async () => {
    const { watch, write, finished, database } = await open();
    const { id: old } = await write("shown already");
    const { id: changed } = await write("waited");
    await Promise.all([finished(old), finished(changed)]);
    const hourAgo = sql`now() - interval '1 hour'`;
    await database.db.update(events).set({ receivedAt: hourAgo });
    await database.db.update(events).set({ finishedAt: hourAgo }).where(eq(events.id, old));
    const { id: missed } = await write("missed");
    await finished(missed);
    const since = new Date(Date.now() - 60_000);
    const own = watch(testOwner, undefined, since);
    await own.fed;
    const told = () => own.messages.filter(({ event }) => event === "event").map(({ data }) => data.text);
    await waitFor(() => told().length === 2, "what was missed");
    expect(told()).toEqual(["waited", "missed"]);
    const other = watch({ userId: "stranger", name: "Stranger", isAdmin: false }, undefined, since);
    await other.fed;
    expect(other.messages).toEqual([]);
  });

  test("tells nobody of somebody else's bots", async () => {
    const { watch, write, finished, database, bot } = await open();
    const other = watch({ userId: "stranger", name: "Stranger", isAdmin: false });
    const own = watch();
    await own.fed;
    await finished((await write("secret")).id);
    database.bus.publish({ topic: "status", botId: bot.id });
    await waitFor(() => own.messages.filter(({ event }) => event === "status").length === 2, "the owner's news");
    await other.fed;
    expect(other.messages).toEqual([]);
  });

  test("tells every event of a burst", async () => {
    const { watch, write, allFinished } = await open();
    const { messages, fed } = watch();
    await fed;
    await Promise.all(Array.from({ length: 60 }, (_, index) => write(String(index), { from: `P${index % 6}` })));
    await allFinished();
    const done = () => new Set(messages.filter(({ data }) => data.status === "done").map(({ data }) => data.id));
    await waitFor(
      () => done().size === 60,
      () => `60 events, ${done().size} were told`,
    );
  });

  test("ends when the process stops, and leaves no listener", async () => {
    const { watch, stop, listeners } = await open();
    const { fed, reading, raw, stream } = watch();
    await fed;
    expect(listeners.count).toBe(4);
    stop.abort();
    await reading;
    expect(raw.isOver).toBe(true);
    expect(stream.ended.aborted).toBe(true);
    expect(listeners.count).toBe(0);
  });

  test("ends when the reader goes away", async () => {
    const { watch, listeners } = await open();
    const stream = openEventStream([]);
    await stream.response.body?.cancel();
    expect(stream.ended.aborted).toBe(true);
    const { fed, stream: other } = watch();
    await fed;
    other.end();
    expect(listeners.count).toBe(0);
  });

  test("ends when the caller is nobody any more", async () => {
    const { watch } = await open();
    const nobody = async () => {
      throw new AppError("unauthenticated", "unauthenticated");
    };
    const { reading, raw } = watch(testOwner, nobody);
    await reading;
    expect(raw.isOver).toBe(true);
  });

  test("ends at once when its session has ended in some process, and no sooner", async () => {
    const { watch, database } = await open();
    let isSignedIn = true;
    const recheck = async () => {
      if (isSignedIn) return testOwner;
      throw new AppError("unauthenticated", "unauthenticated");
    };
    const { fed, reading, raw } = watch(testOwner, recheck, undefined, 60_000);
    await fed;
    database.bus.publish({ topic: "session", userId: testOwner.userId });
    isSignedIn = false;
    database.bus.publish({ topic: "session", userId: "somebody else" });
    expect(raw.isOver).toBe(false);
    database.bus.publish({ topic: "session", userId: testOwner.userId });
    await reading;
    expect(raw.isOver).toBe(true);
  });
});

/** The bus, with its listeners counted. */
function counting(bus: Bus, listeners: { count: number }): Bus {
  return {
    ...bus,
    subscribe(topic, listener) {
      const unsubscribe = bus.subscribe(topic, listener);
      listeners.count += 1;
      return () => {
        listeners.count -= 1;
        unsubscribe();
      };
    },
  };
}

test("a reader who does not read is let go", async () => {
  const stream = openEventStream([]);
  const data = "x".repeat(100_000);
  for (let sent = 0; sent < 20 && !stream.ended.aborted; sent += 1) stream.send("event", data);
  expect(stream.ended.aborted).toBe(true);
});

test("a stream whose reader has gone before it began is over", () => {
  expect(openEventStream([AbortSignal.abort()]).ended.aborted).toBe(true);
});

test("signs of life say how things stand, at once when that changes", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let database = "ok";
  const stream = openEventStream([], { alive: () => ({ database }) });
  const reader = stream.response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read(); // how soon a reader may come back
  const next = reader?.read();
  database = "silent";
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await next)?.value).toContain('event: alive\ndata: {"database":"silent"}');
  stream.end();
});
