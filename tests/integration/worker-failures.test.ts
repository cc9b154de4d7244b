import { expect, test } from "vitest";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import { events } from "@/lib/db/schema";
import { replayEvent } from "@/lib/events/replay";
import type { WorkerOptions } from "@/lib/events/worker";
import { startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { botTexts, hear, openInbox, testOwner } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";
import { openWork, REPLY, replyPath } from "@/tests/support/work";

describeOnDatabases("the worker in trouble", (kind) => {
  const open = (options: Partial<WorkerOptions> = {}, overrides: Partial<BotRow> = {}) =>
    openWork(kind, options, overrides);

  test("tries again under the same uuid, so that an answer that got lost on its way is sent once", async () => {
    const { write, cloud, chatOf, finished, repliesTo } = await open();
    cloud.faults.add({ on: "api", as: "cut", path: REPLY, when: "after", times: 1 });
    const { id, messageId } = await write("hello");
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2, error: null });
    const uuids = repliesTo(messageId).map(({ uuid }) => uuid);
    expect(uuids.length).toBe(2);
    expect(new Set(uuids).size).toBe(1);
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["hello"]);
  });

  test("sends only what is missing of a long answer", async () => {
    const { write, cloud, chatOf, finished, repliesTo, makeDue, event } = await open();
    const stop = cloud.on("message", ({ sender }) => {
      if (sender.kind !== "bot") return;
      stop();
      // Longer than one try waits.
      const headers = { "retry-after": "40" };
      cloud.faults.add({ on: "api", as: "error", path: REPLY, httpStatus: 500, code: 1663, headers, times: 1 });
    });
    const text = "a".repeat(200_000);
    const { id, messageId } = await write(text);
    await waitFor(async () => (await event(id)).error !== null, "the first try");
    await makeDue(id);
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(repliesTo(messageId).length).toBe(3);
    expect(botTexts(cloud, chatOf("Ann")).join("")).toBe(text);
  });

  test("comes back when Feishu says, and leaves the bot alone until then", async () => {
    const { write, cloud, finished, repliesTo } = await open();
    cloud.faults.add({
      on: "api",
      as: "error",
      path: REPLY,
      httpStatus: 429,
      code: 99991400,
      headers: { "x-ogw-ratelimit-reset": "2" },
      times: 1,
    });
    const { id, messageId } = await write("hello");
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    const [first, second] = repliesTo(messageId);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
  });

  test("does not retry a refusal that a retry cannot mend, and apologises once", async () => {
    const { write, cloud, chatOf, finished } = await open();
    cloud.faults.add({ on: "api", as: "error", path: REPLY, code: 230022, msg: "sensitive content", times: 1 });
    const { id } = await write("你好");
    expect(await finished(id)).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { code: "feishu.bad-content", params: { code: 230022, message: "sensitive content" } },
    });
    expect(botTexts(cloud, chatOf("Ann"))).toEqual([expect.stringContaining("抱歉")]);
  });

  test("apologises in the chat where a reply is refused", async () => {
    const { write, cloud, chatOf, finished } = await open();
    cloud.faults.add({ on: "api", as: "error", path: REPLY, code: 230019, msg: "no topic" });
    const { id } = await write("hello");
    expect((await finished(id)).status).toBe("failed");
    expect(botTexts(cloud, chatOf("Ann"))).toEqual([expect.stringContaining("Sorry")]);
  });

  test("nobody is told about a message that was taken back meanwhile", async () => {
    const { write, cloud, chatOf, finished } = await open();
    cloud.faults.add({ on: "api", as: "error", path: REPLY, code: 230011, msg: "recalled" });
    const { id } = await write("hello");
    expect(await finished(id)).toMatchObject({ status: "ignored", reason: "event.recalled", attempts: 1 });
    expect(botTexts(cloud, chatOf("Ann"))).toEqual([]);
  });

  test("gives up after six tries; the chat waits for three of them; a replay answers", async () => {
    const { write, cloud, chatOf, finished, event, makeDue, database, repliesTo } = await open();
    const bad = await write("bad");
    const fault = cloud.faults.add({
      on: "api",
      as: "error",
      path: replyPath(bad.messageId),
      httpStatus: 500,
      code: 1663,
    });
    const next = await write("next");
    for (const attempt of [1, 2]) {
      await waitFor(async () => {
        const row = await event(bad.id);
        return row.attempts === attempt && row.status === "pending";
      }, `try ${attempt} to fail`);
      expect((await event(next.id)).status).toBe("pending");
      await makeDue(bad.id);
    }
    await finished(next.id);
    expect(await event(bad.id)).toMatchObject({ attempts: 3, status: "pending", detached: true });
    for (const attempt of [3, 4, 5]) {
      await waitFor(async () => {
        const row = await event(bad.id);
        return row.attempts === attempt && row.status === "pending";
      }, `try ${attempt} to fail`);
      await makeDue(bad.id);
    }
    expect(await finished(bad.id)).toMatchObject({ status: "failed", attempts: 6, error: { code: "feishu.network" } });
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["next", expect.stringContaining("Sorry")]);

    fault.remove();
    const before = repliesTo(bad.messageId).map(({ uuid }) => uuid);
    await replayEvent(database, testOwner, await event(bad.id));
    expect(await finished(bad.id)).toMatchObject({ status: "done", attempts: 1, error: null });
    const after = repliesTo(bad.messageId).at(-1)?.uuid;
    expect(before).not.toContain(after);
    expect(botTexts(cloud, chatOf("Ann")).at(-1)).toBe("bad");
  });

  test("retries when the credentials are refused, for they can be mended", async () => {
    const { write, cloud, bot, event, makeDue, finished } = await open();
    const fault = cloud.faults.add({ on: "credentials", appId: bot.appId });
    const { id } = await write("hello");
    const failed = await waitFor(async () => {
      const row = await event(id);
      return row.error && row;
    }, "the first failure");
    expect(failed).toMatchObject({ status: "pending", error: { code: "feishu.credentials" } });
    fault.remove();
    await makeDue(id);
    expect((await finished(id)).status).toBe("done");
  });

  test("never answers a group while it does not know who it is", async () => {
    const { connect, bot, cloud, eventOf, event, makeDue, finished } = await open();
    const { chatId } = cloud.group("Team", { apps: [bot.appId], people: ["Ann"] });
    cloud.faults.add({ on: "api", as: "error", path: "*/bot/v3/info", httpStatus: 500, code: 1 });
    await connect(bot);
    const { messageId } = cloud.say({ appId: bot.appId, chatId, from: "Ann", text: "hi", mentions: ["bot"] });
    const { id } = await eventOf(messageId);
    await waitFor(async () => {
      const row = await event(id);
      if (row.status === "pending" && row.attempts > 0) await makeDue(id);
      return row.status === "ignored";
    }, "the event to be given up");
    expect(await finished(id)).toMatchObject({ reason: "event.identityUnknown", attempts: 6 });
    expect(botTexts(cloud, chatId)).toEqual([]);
  });

  test("takes over from a worker that has stopped renewing its lease, and answers once", async () => {
    const { write, cloud, chatOf, event, finished, startWorker, worker } = await open({
      exclusive: false,
      timing: { leaseMs: 400, renewMs: 1_000_000, lookMs: 1_000_000 },
    });
    const fault = cloud.faults.add({ on: "api", as: "hang", path: REPLY, times: 1 });
    const { id } = await write("hello");
    await waitFor(async () => (await event(id)).status === "processing", "the first worker to take it");
    await waitFor(() => cloud.faults.list().length === 0, "the first worker to send");
    await startWorker({ exclusive: false, instance: "second", timing: { lookMs: 20 } });
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    fault.remove();
    await worker.stop();
    expect(await event(id)).toMatchObject({ status: "done", attempts: 2 });
    expect((await event(id)).steps.map(({ name }) => name)).toContain("interrupted");
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["hello"]);
  }, 30_000);

  test("takes up at once what a dead process left, where it has the database to itself", async () => {
    const { write, database, event, finished, startWorker, worker } = await open();
    await worker.stop();
    const { id } = await write("hello");
    await database.db
      .update(events)
      .set({ status: "processing", attempts: 1, leaseOwner: "dead", leaseUntil: new Date(Date.now() + 3_600_000) });
    await startWorker({ exclusive: true });
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect((await event(id)).leaseOwner).toBeNull();
  });

  test("gives up an event that brings the process down again and again", async () => {
    const { write, database, finished, startWorker, worker } = await open();
    await worker.stop();
    const { id } = await write("hello");
    const interrupted = { at: new Date().toISOString(), name: "interrupted" };
    await database.db.update(events).set({ steps: Array.from({ length: 5 }, () => interrupted) });
    await startWorker();
    expect(await finished(id)).toMatchObject({ status: "failed", error: { code: "event.interrupted" } });
  });

  test("finishes what it is doing before it stops", async () => {
    const { write, cloud, event, worker } = await open();
    cloud.faults.add({ on: "api", as: "slow", path: REPLY, delayMs: 300 });
    const { id } = await write("hello");
    await waitFor(async () => (await event(id)).status === "processing", "the worker to begin");
    await worker.stop();
    expect((await event(id)).status).toBe("done");
  });

  test("gives back what does not end in time", async () => {
    const { write, cloud, event, worker } = await open({ timing: { stopLimitMs: 50 } });
    cloud.faults.add({ on: "api", as: "hang", path: REPLY });
    const { id } = await write("hello");
    await waitFor(async () => (await event(id)).status === "processing", "the worker to begin");
    await worker.stop();
    expect(await event(id)).toMatchObject({ status: "pending", attempts: 0, leaseOwner: null });
  });

  test("takes nothing more once it has been told to stop", async () => {
    const { write, event, worker } = await open();
    await worker.stop();
    const { id } = await write("hello");
    expect(await event(id)).toMatchObject({ status: "pending", attempts: 0 });
  });

  test("goes on after trouble with the database, and answers once", async () => {
    const trouble = { is: false };
    const inbox = openInbox(await freshDatabase(kind), await startTestCloud());
    const { cloud, database, intake, event, finished, startWorker, addBot } = inbox;
    const bot = await addBot();
    await startWorker({ db: failing(database.db, trouble), timing: { lookMs: 20 } });
    cloud.faults.add({ on: "api", as: "slow", path: REPLY, delayMs: 200 });
    const { chatId } = cloud.directChat(bot.appId, "Ann");
    const { id } = await intake.receive(bot.id, hear(cloud, { appId: bot.appId, chatId, text: "hello" }), "sandbox");
    await waitFor(async () => (await event(id)).status === "processing", "the worker to begin");
    trouble.is = true;
    await waitFor(() => botTexts(cloud, chatId).length === 1, "the answer");
    expect((await event(id)).status).toBe("processing");
    trouble.is = false;
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 1 });
    expect(botTexts(cloud, chatId)).toEqual(["hello"]);
  });
});

/** The database, failing while there is trouble. */
function failing(db: Database, trouble: { is: boolean }): Database {
  return new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== "execute") return typeof value === "function" ? value.bind(target) : value;
      return async (statement: Parameters<Database["execute"]>[0]) => {
        if (trouble.is) throw new Error("the connection is lost");
        return target.execute(statement);
      };
    },
  });
}
