import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "@/lib/errors";
import type { Loss } from "@/lib/feishu/discovery";
import {
  badCredentials,
  createHarness,
  network,
  refusedCredentials,
  refusedHandshake,
} from "@/tests/support/fake-sockets";

const SECOND = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Starts a connection whose every attempt fails at once, and returns the times of the attempts. */
async function failingAttempts(random: number, totalMs: number, loss: Loss = network): Promise<number[]> {
  const times: number[] = [];
  const begin = performance.now();
  const harness = createHarness({ random: () => random });
  harness.connection.start();
  for (let seen = 0; performance.now() - begin < totalMs; await pass(50)) {
    for (; seen < harness.sockets.length; seen += 1) {
      times.push(performance.now() - begin);
      harness.sockets[seen]?.lose(loss);
    }
  }
  await harness.connection.close();
  return times;
}

const waits = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe("connection", () => {
  test("is connecting until the handshake is complete", async () => {
    const { connection, states, last } = createHarness();
    connection.start();
    await pass(0);
    expect(states()).toEqual(["connecting"]);
    last().open();
    expect(states()).toEqual(["connecting", "connected"]);
    expect(connection.status).toMatchObject({ state: "connected", connectedAt: new Date(), reconnectAttempt: 0 });
  });

  test.each([
    ["shortest", 0, 0.75],
    ["middle", 0.5, 1],
    ["longest", 0.999, 1.25],
  ])("waits 1, 2, 4, 8 and 16 s, give or take a quarter, then 30 s at most (%s)", async (_, random, factor) => {
    const times = await failingAttempts(random, 200 * SECOND);
    const [first, second, third, fourth, fifth, ...later] = waits(times);
    [first, second, third, fourth, fifth].forEach((wait, index) => {
      const due = SECOND * 2 ** index * factor;
      expect(wait).toBeGreaterThanOrEqual(due - 60);
      expect(wait).toBeLessThanOrEqual(due + 60);
    });
    expect(later.length).toBeGreaterThanOrEqual(4);
    for (const wait of later) {
      expect(wait).toBeGreaterThanOrEqual(22 * SECOND);
      expect(wait).toBeLessThanOrEqual(30 * SECOND + 60);
    }
  });

  test("says error with the reason after five retries, and goes on until it works", async () => {
    const { connection, sockets, states, last } = createHarness();
    connection.start();
    for (let failures = 1; failures <= 6; failures += 1) {
      await pass(17 * SECOND);
      expect(sockets).toHaveLength(failures);
      last().lose(network);
      expect(connection.status.state).toBe(failures <= 5 ? "connecting" : "error");
      expect(connection.status.reconnectAttempt).toBe(failures);
      expect(connection.status.reason).toEqual(network.reason);
      expect(connection.status.nextRetryAt?.getTime()).toBeGreaterThan(Date.now());
    }
    await pass(31 * SECOND);
    expect(connection.status.state).toBe("error");
    expect(connection.status.nextRetryAt).toBeUndefined();
    last().open();
    expect(states()).toEqual(["connecting", "error", "connected"]);
    expect(connection.status.reason).toBeUndefined();
  });

  test("is reconnecting as soon as a live socket is lost", async () => {
    const { connection, last } = createHarness();
    connection.start();
    await pass(0);
    last().open();
    await pass(60 * SECOND);
    last().lose(network);
    expect(connection.status).toMatchObject({ state: "reconnecting", reconnectAttempt: 1, reason: network.reason });
    await pass(SECOND);
    last().open();
    expect(connection.status.state).toBe("connected");
  });

  test("is reconnecting from the start when it takes over from another process", async () => {
    const { connection, states } = createHarness({ resumes: true });
    connection.start();
    await pass(0);
    expect(states()).toEqual(["reconnecting"]);
  });

  test("begins to count anew once a connection has lasted 10 s, and not before", async () => {
    const { connection, last } = createHarness();
    connection.start();
    for (const expected of [1, 2, 3]) {
      await pass(5 * SECOND);
      last().open();
      await pass(9 * SECOND);
      last().lose(network);
      expect(connection.status.reconnectAttempt).toBe(expected);
    }
    await pass(5 * SECOND);
    last().open();
    await pass(10 * SECOND);
    last().lose(network);
    expect(connection.status.reconnectAttempt).toBe(1);
  });

  test("goes to error at once when the credentials are refused, and tries again every 5 min", async () => {
    const { connection, sockets, states, last } = createHarness();
    connection.start();
    await pass(0);
    for (const attempt of [1, 2, 3]) {
      expect(sockets).toHaveLength(attempt);
      last().lose(refusedCredentials);
      expect(connection.status).toMatchObject({ state: "error", reason: refusedCredentials.reason });
      await pass(299 * SECOND);
      expect(sockets).toHaveLength(attempt);
      await pass(SECOND);
    }
    expect(states()).toEqual(["connecting", "error"]);
  });

  test("opens no socket with credentials that Feishu refuses when asked", async () => {
    const { connection, sockets } = createHarness({ checkCredentials: async () => badCredentials });
    connection.start();
    await pass(0);
    expect(connection.status.state).toBe("error");
    expect(sockets).toHaveLength(0);
  });

  test("connects though the question about the credentials cannot be answered", async () => {
    const noAnswer = { ok: false, kind: "network", reason: network.reason } as const;
    const { connection, sockets } = createHarness({ checkCredentials: async () => noAnswer });
    connection.start();
    await pass(0);
    expect(sockets).toHaveLength(1);
  });

  test("a refused handshake follows the retry times", async () => {
    const [first, second] = waits(await failingAttempts(0.5, 10 * SECOND, refusedHandshake));
    expect(first).toBeLessThan(1.1 * SECOND);
    expect(second).toBeLessThan(2.1 * SECOND);
  });

  test("a refused handshake with refused credentials behind it is an error at once", async () => {
    const answers = [{ ok: true } as const, badCredentials];
    const { connection, last, sockets } = createHarness({
      checkCredentials: async () => answers.shift() ?? badCredentials,
    });
    connection.start();
    await pass(0);
    last().lose(refusedHandshake);
    expect(connection.status).toMatchObject({ state: "connecting", reason: refusedHandshake.reason });
    await pass(0);
    expect(connection.status).toMatchObject({ state: "error", reason: badCredentials.reason });
    await pass(60 * SECOND);
    expect(sockets).toHaveLength(1);
  });

  test("tries at once when told to, with all retries ahead", async () => {
    const { connection, last, sockets } = createHarness();
    connection.start();
    await pass(0);
    last().lose(refusedCredentials);
    connection.retryNow();
    expect(connection.status.state).toBe("connecting");
    await pass(0);
    expect(sockets).toHaveLength(2);
    last().lose(network);
    expect(connection.status.reconnectAttempt).toBe(1);
    await pass(SECOND);
    last().open();
    connection.retryNow();
    await pass(60 * SECOND);
    expect(sockets).toHaveLength(3);
  });

  test("goes on trying when the stored secret cannot be read", async () => {
    let isReadable = false;
    const { connection, sockets } = createHarness({
      loadCredentials: async () => {
        if (!isReadable) throw new AppError("internal", "sealBroken");
        return { appId: "cli_0123456789abcdef", appSecret: "s", origin: "http://cloud" };
      },
    });
    connection.start();
    await pass(0);
    expect(connection.status.reason?.code).toBe("connection.credentialsUnreadable");
    isReadable = true;
    await pass(2 * SECOND);
    expect(sockets).toHaveLength(1);
  });

  test("opens no new socket before the old one is closed", async () => {
    let free: () => void = () => undefined;
    const after = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { connection, sockets } = createHarness({ after });
    connection.start();
    await pass(60 * SECOND);
    expect(sockets).toHaveLength(0);
    free();
    await pass(0);
    expect(sockets).toHaveLength(1);
  });

  test("is disconnected only when its socket is closed", async () => {
    const { connection, last } = createHarness();
    connection.start();
    await pass(0);
    last().open();
    last().closeMs = 500;
    const closed = connection.close({ code: "connection.switchedOff" });
    await pass(400);
    expect(connection.status.state).toBe("connected");
    await pass(100);
    await closed;
    expect(connection.status).toMatchObject({ state: "disconnected", reason: { code: "connection.switchedOff" } });
    expect(last().isClosed).toBe(true);
  });

  test("tells nobody when it is closed silently", async () => {
    const { connection, last, states } = createHarness();
    connection.start();
    await pass(0);
    last().open();
    await connection.close(undefined, true);
    expect(states()).toEqual(["connecting", "connected"]);
    expect(last().isClosed).toBe(true);
  });

  test.each(["loadCredentials", "enter", "checkCredentials"] as const)(
    "closing during %s opens no socket afterwards and gives its turn back",
    async (step) => {
      let proceed: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      let turns = 0;
      const { connection, sockets } = createHarness({
        loadCredentials: async () => {
          if (step === "loadCredentials") await held;
          return { appId: "cli_0123456789abcdef", appSecret: "s", origin: "http://cloud" };
        },
        enter: async () => {
          if (step === "enter") await held;
          turns += 1;
          return () => {
            turns -= 1;
          };
        },
        checkCredentials: async () => {
          if (step === "checkCredentials") await held;
          return { ok: true };
        },
      });
      connection.start();
      await pass(0);
      await connection.close();
      proceed();
      await pass(600 * SECOND);
      expect(sockets).toHaveLength(0);
      expect(turns).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("gives its turn back when connected, and when it failed", async () => {
    let turns = 0;
    const { connection, last } = createHarness({
      enter: async () => {
        turns += 1;
        return () => {
          turns -= 1;
        };
      },
    });
    connection.start();
    await pass(0);
    expect(turns).toBe(1);
    last().lose(network);
    expect(turns).toBe(0);
    await pass(SECOND);
    expect(turns).toBe(1);
    last().open();
    expect(turns).toBe(0);
  });
});
