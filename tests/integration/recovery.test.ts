import { describe, expect, test } from "vitest";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager } from "@/tests/support/connections";
import { freshDatabase } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

describe("recovery", () => {
  test.each([
    ["a hanging endpoint", { on: "endpoint", as: "hang" }, "connection.noAnswer"],
    ["a hanging handshake", { on: "handshake", as: "hang" }, "connection.handshakeTimeout"],
    ["a busy system", { on: "endpoint", as: "refuse", code: 1000040343, data: "none" }, "connection.busy"],
  ] as const)("%s is survived", async (_, fault, reason) => {
    const database = await freshDatabase();
    const cloud = await startTestCloud();
    const bot = await addConnectedBot(database, cloud);
    const { manager } = createManager(database, { exclusive: true, limits: { discoveryMs: 200, handshakeMs: 200 } });
    const { remove } = cloud.faults.add(fault);
    await manager.start();
    await waitFor(async () => (await bot.status()).errorCode === reason, reason);
    remove();
    await bot.reaches("connected");
  });

  test.each(["deaf", "mute"] as const)("a link that is dead in one direction is replaced (%s)", async (silence) => {
    const database = await freshDatabase();
    const cloud = await startTestCloud();
    const bot = await addConnectedBot(database, cloud);
    const limits = { tickMs: 20, pingEveryMs: 1_000, silenceMs: 2_000 };
    const { manager } = createManager(database, { exclusive: true, limits });
    await manager.start();
    await bot.reaches("connected");
    cloud.silence(bot.app.appId, silence);
    expect((await bot.reaches("reconnecting")).errorCode).toBe("connection.silent");
    await bot.reaches("connected");
  });

  test("after an outage the first bot through wakes the others", async () => {
    const database = await freshDatabase();
    const cloud = await startTestCloud();
    const bots = await Promise.all([1, 2, 3].map(() => addConnectedBot(database, cloud)));
    const { manager } = createManager(database, { exclusive: true });
    await manager.start();
    for (const bot of bots) await bot.reaches("connected");
    const { remove } = cloud.faults.add({ on: "endpoint", as: "http-error", httpStatus: 503 });
    for (const { app } of bots) cloud.cut(app.appId, "reset");
    const due = await Promise.all(
      bots.map((bot) =>
        waitFor(async () => {
          const { reconnectAttempt, nextRetryAt } = await bot.status();
          return reconnectAttempt === 4 && nextRetryAt && Date.parse(nextRetryAt);
        }, "the fourth retry to be waited for"),
      ),
    );
    remove();
    // One that comes anew is the first through.
    await (await addConnectedBot(database, cloud)).wish(true);
    for (const [index, bot] of bots.entries()) {
      const { connectedAt = "" } = await bot.reaches("connected");
      expect(Date.parse(connectedAt)).toBeLessThan(due[index] ?? 0);
    }
  });
});
