// The main job from outside: the built application, its REST API, a simulated Feishu, and nothing else.
import { expect, test } from "vitest";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { type Api, apiOf, type Json, openStream, registerBot, startInstallation } from "@/tests/support/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases } from "@/tests/support/databases";
import { startFakeModel } from "@/tests/support/fake-model";
import { isGrowing, read } from "@/tests/support/model-scene";

import { waitFor } from "@/tests/support/wait-for";

const answersIn = (cloud: SandboxCloud, chatId: string) =>
  cloud.messages(chatId).filter((message) => message.sender.kind === "bot");

const stateOf = async (api: Api, botId: string): Promise<string> =>
  (await api.get(`/api/feishu/bots/${botId}/ws/status`)).state;

const connected = (api: Api, botId: string) =>
  waitFor(async () => (await stateOf(api, botId)) === "connected", "the bot to be connected");

describeOnDatabases("the main job", (kind) => {
  test("a bot is registered, connected, written to, and answers; the trace tells it all", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud, { name: "IT Service" });
    const { admin } = await startInstallation(kind);
    const stream = openStream(admin);
    const botId = await registerBot(admin, cloud, app, { useWebSocket: false });
    expect(await stateOf(admin, botId)).toBe("disconnected");
    const answer = await admin.post(`/api/feishu/bots/${botId}/ws/connect`);
    expect(answer).toMatchObject({ success: true, botId });
    expect(["connecting", "connected"]).toContain(answer.status);
    await connected(admin, botId);

    const { chatId } = cloud.directChat(app.appId, "Ann");
    const said = cloud.say({ appId: app.appId, chatId, from: "Ann", text: "你好, Larkspur!" });
    const [reply] = await waitFor(
      () => (answersIn(cloud, chatId).length > 0 ? answersIn(cloud, chatId) : undefined),
      "the answer in the chat",
    );
    expect(reply).toMatchObject({ text: "你好, Larkspur!", parentId: said.messageId });

    const done = await waitFor(async () => {
      const { events } = await admin.get(`/api/feishu/bots/${botId}/events?status=done`);
      return events[0];
    }, "the event to be done");
    expect(done).toMatchObject({
      botId,
      eventId: said.eventId,
      messageId: said.messageId,
      chatId,
      chatType: "p2p",
      text: "你好, Larkspur!",
      source: "websocket",
      attempts: 1,
    });
    const detail = await admin.get(`/api/feishu/events/${done.id}`);
    const steps = detail.steps.map((step: Json) => step.name);
    expect(steps).toEqual(expect.arrayContaining(["received", "stored", "acknowledged", "started", "replied"]));
    expect(detail.replies).toMatchObject([{ messageId: reply?.messageId }]);
    expect(detail.payload.header.token).not.toBe(app.verificationToken);

    const states = () =>
      stream.items.filter((item) => item.event === "status" && item.data.botId === botId).map(({ data }) => data.state);
    await waitFor(() => states().includes("connected"), "the stream to tell of the connection");
    await waitFor(
      () => stream.items.some((item) => item.event === "event" && item.data.status === "done"),
      "the stream to tell of the finished event",
    );
    stream.stop();

    const off = await admin.post(`/api/feishu/bots/${botId}/ws/disconnect`);
    expect(off).toEqual({ success: true, botId, status: "disconnected" });
    expect(cloud.connections(app.appId)).toEqual([]);
    expect(await admin.post(`/api/feishu/bots/${botId}/ws/disconnect`)).toMatchObject({ status: "disconnected" });
  });

  test("after a restart wanted connections come back by themselves", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { server, admin } = await startInstallation(kind);
    const botId = await registerBot(admin, cloud, app);
    await connected(admin, botId);
    const again = await server.restart();
    await connected(apiOf(again.url, admin.token), botId);
    expect(cloud.connections(app.appId)).toHaveLength(1);
    await again.stop();
  });

  test("killed in the middle of a burst: after the restart every acknowledged message is answered once, in order", async () => {
    const cloud = await startTestCloud({ timeScale: 100 });
    const apps = [registerTestApp(cloud), registerTestApp(cloud)];
    const { server, admin } = await startInstallation(kind);
    for (const app of apps) await connected(admin, await registerBot(admin, cloud, app));
    // Answers are slow enough that the kill meets some that are written, some that are sent and many that wait.
    cloud.faults.add({ on: "api", as: "slow", path: "*/reply", delayMs: 20, when: "after" });
    const chats = apps.flatMap((app) =>
      ["Ann", "Bo", "Cy"].map((name) => ({ app, name, chatId: cloud.directChat(app.appId, name).chatId })),
    );
    const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    for (const text of texts) {
      for (const { app, name, chatId } of chats) cloud.say({ appId: app.appId, chatId, from: name, text });
    }
    const answered = () => chats.reduce((sum, { chatId }) => sum + answersIn(cloud, chatId).length, 0);
    await waitFor(() => answered() >= 20, "the first answers");
    server.kill("SIGKILL");
    await server.exited;
    expect(answered()).toBeLessThan(texts.length * chats.length);
    const again = await server.restart();
    await waitFor(
      () => answered() >= texts.length * chats.length,
      () => `all answers: ${answered()} of ${texts.length * chats.length}`,
      90_000,
    );
    for (const { chatId } of chats) expect(answersIn(cloud, chatId).map(({ text }) => text)).toEqual(texts);
    await again.stop();
  });

  test("killed in the middle of an answer that grows: it is written again, into the same card", async () => {
    const cloud = await startTestCloud({ timeScale: 100 });
    const app = registerTestApp(cloud);
    const fake = await startFakeModel();
    const { server, admin } = await startInstallation(kind);
    const { id: modelId } = await admin.post("/api/models", { name: "Slow", baseUrl: fake.baseUrl, model: "slow" });
    const reply = { kind: "ai", modelId };
    const botId = await registerBot(admin, cloud, app, { reply });
    await connected(admin, botId);
    fake.next({ text: ["Half ", "of it"], end: "hang" }, { text: ["The ", "whole."] });
    const { chatId } = cloud.directChat(app.appId, "Ann");
    cloud.say({ appId: app.appId, chatId, from: "Ann", text: "a question" });
    const shown = () => answersIn(cloud, chatId).map(read);
    await waitFor(() => shown()[0]?.text === "Half of it", "the first half in the chat");
    const [half] = answersIn(cloud, chatId);
    server.kill("SIGKILL");
    await server.exited;
    const again = await server.restart();
    const [whole] = await waitFor(() => {
      const answers = answersIn(cloud, chatId);
      return answers.some((answer) => read(answer).text === "The whole." && !isGrowing(answer)) ? answers : undefined;
    }, "the whole of it");
    expect(whole?.messageId).toBe(half?.messageId);
    expect(whole?.cardId).toBe(half?.cardId);
    expect(answersIn(cloud, chatId)).toHaveLength(1);
    await again.stop();
  });
});
