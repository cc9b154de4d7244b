import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Outage } from "@/lib/connections/outage";
import type { Loss } from "@/lib/feishu/discovery";
import { createHarness, FakeSocket, network, refusedCredentials, refusedHandshake } from "@/tests/support/fake-sockets";

const SECOND = 1_000;
const limit: Loss = { kind: "other", reason: { code: "connection.limit", params: { code: 1000040350, problem: "p" } } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Bots of one cloud, each with the loss of its own while the cloud is down. */
function bots(losses: Loss[]) {
  const outage = new Outage(() => 0.999);
  const cloud = { isDown: true };
  const tries = losses.map(() => 0);
  const connections = losses.map((loss, index) => {
    const { connection } = createHarness({
      outage,
      openSocket: (_, handlers) => {
        const socket = new FakeSocket(handlers);
        tries[index] = (tries[index] ?? 0) + 1;
        const { isDown } = cloud;
        setTimeout(() => (isDown ? socket.lose(loss) : socket.open()), 100);
        return socket;
      },
    });
    connection.start();
    return connection;
  });
  const close = () => Promise.all(connections.map((connection) => connection.close()));
  return { cloud, tries, close, states: () => connections.map(({ status }) => status.state) };
}

describe("an outage of a cloud", () => {
  test.each([20, 60, 65, 70, 75, 80, 85, 90, 600])("of %i s is over for all bots within 16 s", async (seconds) => {
    const { cloud, states, close } = bots(Array(3).fill(network));
    await pass(seconds * SECOND);
    cloud.isDown = false;
    await pass(16 * SECOND);
    expect(states()).toEqual(Array(3).fill("connected"));
    await close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is over for all within 3 s once the first is through", async () => {
    const { cloud, states, close } = bots(Array(200).fill(network));
    await pass(95 * SECOND);
    cloud.isDown = false;
    for (let waited = 0; !states().includes("connected") && waited < 300; waited += 1) await pass(100);
    await pass(3 * SECOND);
    expect(states()).toEqual(Array(200).fill("connected"));
    await close();
  });

  test("never lets more than some seconds pass without a try, and makes no storm of it", async () => {
    const { tries, close } = bots(Array(3).fill(network));
    await pass(60 * SECOND);
    const sum = () => tries.reduce((total, count) => total + count, 0);
    for (let round = 0; round < 20; round += 1) {
      const before = sum();
      await pass(12 * SECOND);
      expect(sum()).toBeGreaterThan(before);
      expect(sum() - before).toBeLessThanOrEqual(4);
    }
    await close();
  });

  test.each([
    ["refused credentials", refusedCredentials],
    ["a refused handshake", refusedHandshake],
    ["too many connections", limit],
  ])("does not wake a bot with a trouble of its own: %s", async (_, loss) => {
    const { cloud, tries, states, close } = bots([network, loss]);
    await pass(66 * SECOND);
    cloud.isDown = false;
    const before = tries[1];
    for (let waited = 0; states()[0] !== "connected" && waited < 300; waited += 1) await pass(50);
    await pass(50);
    expect(states()).toEqual(["connected", "error"]);
    expect(tries[1]).toBe(before);
    await close();
  });

  test("the row of waits goes on for a bot that was woken in vain, and others that flap make no storm", async () => {
    const outage = new Outage();
    let lost = 0;
    const { connection, sockets } = createHarness({
      outage,
      openSocket: (_, handlers) => {
        const socket = new FakeSocket(handlers);
        sockets.push(socket);
        setTimeout(() => {
          lost += 1;
          socket.lose(network);
        }, 10);
        return socket;
      },
    });
    connection.start();
    await pass(40 * SECOND);
    expect(connection.status.state).toBe("error");
    const before = sockets.length;
    for (let second = 0; second < 60; second += 1) {
      outage.isThrough("http://cloud");
      await pass(SECOND);
    }
    expect(sockets.length - before).toBeGreaterThanOrEqual(5);
    expect(sockets.length - before).toBeLessThanOrEqual(7);
    expect(connection.status.state).toBe("error");
    expect(connection.status.reconnectAttempt).toBe(lost);
    await connection.close();
  });

  test("leaves no timer behind", async () => {
    const { close } = bots(Array(3).fill(network));
    await pass(45 * SECOND);
    await close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
