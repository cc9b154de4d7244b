import type { EventHandles } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { openSdkSocket, sdkClient, startSdkSocket } from "../support/sdk";
import { waitFor } from "../support/wait-for";

type Received = Parameters<NonNullable<EventHandles["im.message.receive_v1"]>>[0];

/** A handler that keeps what it got. */
function collector() {
  const received: Received[] = [];
  const handles: EventHandles = {
    "im.message.receive_v1": async (event) => {
      received.push(event);
    },
  };
  return { received, handles };
}

function say(cloud: SandboxCloud, app: SandboxApp, text = "hello") {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  return cloud.say({ appId: app.appId, chatId, from: "Ann", text });
}

const contentOf = (text: string) => JSON.stringify({ text });

describe("long connections of the sandbox", () => {
  it("shows a connected SDK as online, and as gone once it closed", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { client } = await openSdkSocket(cloud, app, {});
    expect(client.getConnectionStatus().state).toBe("connected");
    expect(cloud.connections(app.appId)).toMatchObject([{ ready: true, lastPingAt: expect.any(Number) }]);
    const count = await sdkClient(cloud, app).event.v1.connection.get();
    expect(count.data?.online_instance_cnt).toBe(1);
    client.close({ force: true });
    await waitFor(() => cloud.connections(app.appId).length === 0, "the connection to be gone");
  });

  it("gives the event that Feishu documents", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud, { verificationToken: "vt" });
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    const ann = cloud.person("Ann");
    const { chatId } = cloud.directChat(app.appId, ann);
    const said = cloud.say({ appId: app.appId, chatId, from: ann, text: "hello", createTime: 1_700_000_000_000 });
    const event = await waitFor(() => received[0], "the event");
    expect(event).toMatchObject({
      schema: "2.0",
      event_id: said.eventId,
      event_type: "im.message.receive_v1",
      token: "vt",
      app_id: app.appId,
      sender: {
        sender_id: { open_id: ann.openId, union_id: ann.unionId, user_id: ann.userId },
        sender_type: "user",
      },
      message: {
        message_id: said.messageId,
        create_time: "1700000000000",
        chat_id: chatId,
        chat_type: "p2p",
        message_type: "text",
        content: contentOf("hello"),
      },
    });
    expect(event.message).not.toHaveProperty("mentions");
  });

  it("tells every bot of a group, each in an event of its own, whom a person mentioned", async () => {
    const cloud = await startTestCloud();
    const first = registerTestApp(cloud, { name: "First" });
    const second = registerTestApp(cloud, { name: "Second" });
    const [heardByFirst, heardBySecond] = [collector(), collector()];
    await openSdkSocket(cloud, first, heardByFirst.handles);
    await openSdkSocket(cloud, second, heardBySecond.handles);
    const bo = cloud.person("Bo");
    const { chatId } = cloud.group("Team", { apps: [first.appId, second.appId], people: ["Ann", bo] });
    const mentions = ["bot", bo.openId, "all"];
    const { eventId } = cloud.say({ appId: first.appId, chatId, from: "Ann", text: "deploy", mentions });
    const [one, two] = await waitFor(() => {
      const both = [heardByFirst.received[0], heardBySecond.received[0]];
      return both.every(Boolean) && both;
    }, "both bots to hear it");
    expect(one?.event_id).toBe(eventId);
    expect(two?.event_id).not.toBe(eventId);
    expect(two?.message).toEqual(one?.message);
    expect(one?.message).toMatchObject({
      chat_type: "group",
      content: contentOf("@_user_1 @_user_2 @_all deploy"),
      mentions: [
        { key: "@_user_1", id: { open_id: first.openId }, name: "First" },
        { key: "@_user_2", id: { open_id: bo.openId, user_id: bo.userId }, name: "Bo" },
      ],
    });
  });

  it("keeps a group message without a mention from a bot that lacks the scope for all messages", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud, { scopes: ["im:message"] });
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    const { chatId } = cloud.group("Team", { apps: [app.appId] });
    cloud.say({ appId: app.appId, chatId, from: "Ann", text: "not for you" });
    cloud.say({ appId: app.appId, chatId, from: "Ann", text: "for you", mentions: ["bot"] });
    await waitFor(() => received.length > 0, "the mention");
    expect(received.map(({ message }) => message.content)).toEqual([contentOf("@_user_1 for you")]);
    expect(cloud.messages(chatId)).toHaveLength(2);
  });

  it("gives each event to one of an app's connections, and in the long run to each of them", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const collectors = [collector(), collector(), collector()];
    for (const { handles } of collectors) await openSdkSocket(cloud, app, handles);
    const total = 100; // all on two of three connections: once in 10^17 runs
    for (let index = 0; index < total; index++) say(cloud, app, String(index));
    const counts = () => collectors.map(({ received }) => received.length);
    await waitFor(() => counts().reduce((sum, count) => sum + count) === total, "every event");
    await waitFor(() => cloud.deliveries(app.appId).every(({ acknowledged }) => acknowledged), "the acknowledgements");
    const contents = collectors.flatMap(({ received }) => received.map(({ message }) => message.content));
    expect(new Set(contents).size).toBe(total);
    expect(counts().every((count) => count > 0)).toBe(true);
  });

  it("keeps what is said while nobody is online and pushes it, in order, once somebody is", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    for (const text of ["one", "two", "three"]) say(cloud, app, text);
    expect(cloud.deliveries(app.appId)).toMatchObject(Array(3).fill({ state: "waiting", attempts: [] }));
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    await waitFor(() => received.length === 3, "the kept events");
    expect(received.map(({ message }) => message.content)).toEqual(["one", "two", "three"].map(contentOf));
  });

  it("drops what is said while nobody is online when told to", async () => {
    const cloud = await startTestCloud({ settings: { whenOffline: "drop" } });
    const app = registerTestApp(cloud);
    say(cloud, app, "lost");
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    say(cloud, app, "heard");
    await waitFor(() => received.length > 0, "the second message");
    expect(received.map(({ message }) => message.content)).toEqual([contentOf("heard")]);
  });

  it("pushes nothing to an app that is not published or has not subscribed the event", async () => {
    const cloud = await startTestCloud();
    const unpublished = registerTestApp(cloud, { published: false });
    const unsubscribed = registerTestApp(cloud, { subscribedEvents: ["application.bot.menu_v6"] });
    say(cloud, unpublished);
    say(cloud, unsubscribed);
    expect(cloud.deliveries(unpublished.appId)).toEqual([]);
    expect(cloud.deliveries(unsubscribed.appId)).toEqual([]);
    cloud.chooseMenu(unsubscribed.appId, "Ann", "help");
    expect(cloud.deliveries(unsubscribed.appId)).toMatchObject([{ eventType: "application.bot.menu_v6" }]);
  });

  it("refuses a connection above the limit, at the discovery and at the handshake", async () => {
    const cloud = await startTestCloud({ settings: { maxConnections: 2 } });
    const app = registerTestApp(cloud);
    await openSdkSocket(cloud, app, {});
    const early = await discover(cloud, app);
    await openSdkSocket(cloud, app, {});
    const third = startSdkSocket(cloud, app, {});
    await waitFor(() => third.errors[0], "the refusal");
    expect(third.errors[0]?.message).toContain("1000040350");
    const refused = await handshake(early.data.URL);
    expect(refused.status).toBe(403);
    expect(refused.headers).toMatchObject({ "handshake-status": "514", "handshake-autherrcode": "1000040350" });
    expect(cloud.connections(app.appId)).toHaveLength(2);
  });

  it("refuses a handshake without a ticket of the discovery", async () => {
    const cloud = await startTestCloud();
    const refused = await handshake(`${cloud.origin.replace("http", "ws")}/ws/v2?fpid=1&ticket=forged`);
    expect(refused.status).toBe(403);
    expect((await handshake(`${cloud.origin.replace("http", "ws")}/elsewhere`)).status).toBe(404);
  });

  it("answers a ping of the WebSocket itself, unless it is silent", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { default: WebSocket } = await import("ws");
    const socket = new WebSocket((await discover(cloud, app)).data.URL);
    const pongs: string[] = [];
    socket.on("pong", (data) => pongs.push(data.toString()));
    await new Promise((resolve) => socket.on("open", resolve));
    socket.ping("one");
    await waitFor(() => pongs.length === 1, "the first pong");
    cloud.silence(app.appId, "mute");
    socket.ping("two");
    const heardAt = () => cloud.connections(app.appId)[0]?.lastHeardAt ?? 0;
    const before = heardAt();
    await waitFor(() => {
      socket.send("a message behind the ping");
      return heardAt() > before;
    }, "the ping to be heard");
    cloud.silence(app.appId, undefined);
    socket.ping("three");
    await waitFor(() => pongs.length === 2, "the pong after the silence");
    expect(pongs).toEqual(["one", "three"]);
    socket.terminate();
  });

  it("changes the secret of a registered app and closes the connections of a removed one", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud, { name: "Before" });
    const changed = cloud.registerApp({ appId: app.appId, appSecret: "another" });
    expect(changed).toEqual({ ...app, appSecret: "another" });
    expect(await discover(cloud, app)).toMatchObject({ code: 514, data: {} });
    const socket = await openSdkSocket(cloud, changed, {});
    cloud.removeApp(app.appId);
    await waitFor(() => socket.calls.includes("reconnecting"), "the connection to be lost");
    expect(cloud.app(app.appId)).toBeUndefined();
    expect(cloud.connections(app.appId)).toEqual([]);
  });

  it("stops with connections open, events in flight and requests hanging", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    await openSdkSocket(cloud, app, { "im.message.receive_v1": () => new Promise<void>(() => undefined) });
    await openSdkSocket(cloud, app, {});
    cloud.silence(app.appId, "half-open", cloud.connections(app.appId)[1]?.id);
    say(cloud, app);
    cloud.faults.add({ on: "endpoint", as: "hang", appId: app.appId });
    const hanging = discover(cloud, app).catch((error: unknown) => error);
    await waitFor(() => cloud.calls.at(-1)?.status === 0, "the hanging request");
    await cloud.stop();
    expect(await hanging).toBeInstanceOf(Error);
    expect(cloud.connections(app.appId)).toEqual([]);
    await expect(fetch(cloud.origin)).rejects.toThrow();
  });
});

async function discover(cloud: SandboxCloud, app: SandboxApp) {
  const response = await fetch(`${cloud.origin}/callback/ws/endpoint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ AppID: app.appId, AppSecret: app.appSecret }),
  });
  return (await response.json()) as { code: number; data: { URL: string } };
}

async function handshake(url: string): Promise<{ status: number; headers: Record<string, unknown> }> {
  const { default: WebSocket } = await import("ws");
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => reject(new Error("the handshake was accepted")));
    socket.on("unexpected-response", (_, response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      response.destroy();
    });
  });
}
