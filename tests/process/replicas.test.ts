// Several processes on one PostgreSQL share the bots and the work, and any of them tells the same.
import { expect, test } from "vitest";
import { openStream } from "@/tests/support/api";
import {
  agreeOnStatuses,
  converse,
  openCluster,
  reaches,
  shares,
  statuses,
  watchConnections,
} from "@/tests/support/replicas";
import { waitFor } from "@/tests/support/wait-for";

test("bots are shared fairly, a replica that joins gets its part, and one that is stopped hands over", async () => {
  const cluster = await openCluster();
  const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")]);
  await cluster.addBots(6, a);
  await reaches(cluster, a, { a: 3, b: 3 });
  const seen = watchConnections(cluster);
  const talk = converse(cluster);
  await talk.goesOn(20);
  const c = await cluster.start("c");
  await reaches(cluster, c, { a: 2, b: 2, c: 2 });
  await talk.goesOn(50);
  c.server.kill("SIGTERM");
  expect(await c.server.exited).toEqual({ code: 0, signal: null });
  // Who stops does so when the others have its bots, and not before.
  expect(await shares(b)).toEqual({ a: 3, b: 3 });
  await talk.goesOn(50);
  await talk.end();
  expect(seen).toEqual({ fewest: 1, most: 2 });
  expect(`${a.server.logs()}${b.server.logs()}${c.server.logs()}`).not.toMatch(/"level":"(error|fatal)"/);
});

test("every replica tells the same, and live views show what happens at another one", async () => {
  const cluster = await openCluster();
  const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")]);
  await cluster.addBots(2, a);
  await reaches(cluster, a, { a: 1, b: 1 });
  const ofB = (await statuses(a)).find(({ instance }) => instance === "b");
  const bot = cluster.bots.find(({ id }) => id === ofB?.botId);
  if (!bot) throw new Error("b has no bot.");
  const { appId } = bot.app;
  const stream = openStream(a.api);
  const told = (event: string, wished: object) =>
    waitFor(
      () => {
        expect(stream.items).toContainEqual({ event, data: expect.objectContaining(wished) });
        return true;
      },
      () => `${event} ${JSON.stringify(wished)} among ${JSON.stringify(stream.items)}`,
    );
  await told("status", { botId: bot.id, state: "connected", instance: "b" });
  cluster.cloud.cut(appId, "reset");
  await told("status", { botId: bot.id, state: "reconnecting", instance: "b" });
  await reaches(cluster, b, { a: 1, b: 1 });
  const { chatId } = cluster.cloud.directChat(appId, "Ann");
  cluster.cloud.say({ appId, chatId, from: "Ann", text: "hello" });
  await told("event", { botId: bot.id, status: "done", text: "hello" });
  stream.stop();

  await agreeOnStatuses(a, b);
  for (const path of ["/api/feishu/bots", `/api/feishu/bots/${bot.id}`, `/api/feishu/bots/${bot.id}/events`]) {
    // But for the address at which it was asked.
    const ofA = JSON.parse(JSON.stringify(await a.api.get(path)).replaceAll(a.server.url, b.server.url));
    expect(ofA).toEqual(await b.api.get(path));
  }
  await a.api.post(`/api/feishu/bots/${bot.id}/ws/disconnect`);
  expect(cluster.cloud.connections(appId)).toEqual([]);
  expect((await b.api.get(`/api/feishu/bots/${bot.id}/ws/status`)).state).toBe("disconnected");
});
