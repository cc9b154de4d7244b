import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionDeps, ConnectionStatus } from "@/lib/connections/connection";
import {
  badCredentials,
  createHarness,
  FakeSocket,
  network,
  refusedCredentials,
  refusedHandshake,
} from "@/tests/support/fake-sockets";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A small generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const losses = [network, network, refusedHandshake, refusedCredentials];
const FIVE_MINUTES = 300_000;

/** One life of a connection under random faults, slow answers and commands. */
async function live(seed: number): Promise<void> {
  const random = seeded(seed);
  const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const slowly = async () => {
    if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 12_000));
  };
  let turns = 0;
  let overlaps = 0;
  const overrides: Partial<ConnectionDeps> = {
    random,
    loadCredentials: async () => {
      await slowly();
      if (random() < 0.05) throw new Error("no database");
      return { appId: "cli_0123456789abcdef", appSecret: "s", origin: "http://cloud" };
    },
    checkCredentials: async () => {
      await slowly();
      return random() < 0.1 ? badCredentials : { ok: true };
    },
    enter: async () => {
      turns += 1;
      return () => {
        turns -= 1;
      };
    },
  };
  const { connection, sockets, told } = createHarness({
    ...overrides,
    openSocket: (_, handlers) => {
      // Counted, not asserted here: the connection would take a thrown assertion for a failed attempt.
      if (sockets.some(({ isClosed }) => !isClosed)) overlaps += 1;
      if (random() < 0.03) throw new Error("no socket");
      const socket = new FakeSocket(handlers);
      socket.closeMs = random() < 0.5 ? random() * 3_000 : 0;
      sockets.push(socket);
      // The socket itself gives up after 10 s for discovery and 10 s for the handshake.
      setTimeout(() => (random() < 0.5 ? socket.open() : socket.lose(some(losses))), random() * 20_000);
      return socket;
    },
  });
  connection.start();
  let lastSign = performance.now();
  for (let step = 0; step < 60; step += 1) {
    const before = told.length;
    await vi.advanceTimersByTimeAsync(random() * 40_000);
    const live = sockets.filter(({ isOpen }) => isOpen);
    if (told.length > before || live.length > 0) lastSign = performance.now();
    expect(live.length, "open sockets").toBe(connection.status.state === "connected" ? 1 : 0);
    expect(performance.now() - lastSign, "time at rest").toBeLessThan(FIVE_MINUTES + 60_000);
    expectSane(connection.status);
    if (random() < 0.3) live[0]?.lose(some(losses));
    if (random() < 0.1) connection.retryNow();
  }
  const closed = connection.close();
  await vi.advanceTimersByTimeAsync(4_000);
  await closed;
  const sum = told.length;
  await vi.advanceTimersByTimeAsync(FIVE_MINUTES * 2);
  expect(overlaps, "sockets opened beside another").toBe(0);
  expect(
    sockets.filter(({ isClosed }) => !isClosed),
    "sockets left",
  ).toEqual([]);
  expect(told.length, "news after the end").toBe(sum);
  expect(connection.status.state).toBe("disconnected");
  expect(turns, "turns not given back").toBe(0);
  expect(vi.getTimerCount(), "timers left").toBe(0);
}

function expectSane(status: ConnectionStatus): void {
  expect(status.state).not.toBe("disconnected");
  if (status.state === "error") expect(status.reason).toBeDefined();
  if (status.state === "connected") expect(status.nextRetryAt).toBeUndefined();
  if (status.nextRetryAt) expect(status.nextRetryAt.getTime() - Date.now()).toBeLessThanOrEqual(FIVE_MINUTES);
}

describe("a connection in a hundred random lives", () => {
  test.each(Array.from({ length: 100 }, (_, seed) => seed))(
    "has one socket at most, is connected only with one, never rests, and leaves nothing (seed %i)",
    live,
  );
});
