import { EventEmitter, once } from "node:events";
import type { EventHandles } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { openSdkSocket } from "../support/sdk";
import { waitFor } from "../support/wait-for";

type Handler = NonNullable<EventHandles["im.message.receive_v1"]>;
type Received = Parameters<Handler>[0];

const never = () => new Promise<void>(() => undefined);

/** Collects what arrives; `answers` are used one after the other, then everything is accepted. */
function collector(answers: (() => Promise<unknown>)[] = []) {
  const received: Received[] = [];
  const handler: Handler = async (event) => {
    received.push(event);
    return (await answers.shift()?.()) as undefined;
  };
  return { received, handles: { "im.message.receive_v1": handler } };
}

function say(cloud: SandboxCloud, app: SandboxApp, extra = {}) {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  return cloud.say({ appId: app.appId, chatId, from: "Ann", text: "hello", ...extra });
}

// Quick rungs, so that a whole ladder takes less than a second.
const quick = { ackTimeoutMs: 600, ladderMs: [10, 20, 30, 40] };

describe("delivery of events", () => {
  it("pushes an event again, under the same event id, when the acknowledgement is missing", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    const { received, handles } = collector([never]);
    await openSdkSocket(cloud, app, handles);
    const { eventId } = say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the second push to be acknowledged");
    expect(received.map((event) => event.event_id)).toEqual([eventId, eventId]);
    const [delivery] = cloud.deliveries(app.appId);
    expect(delivery?.attempts).toHaveLength(2);
    expect(delivery?.attempts[0]?.ackedAt).toBeUndefined();
    expect(delivery?.attempts[1]).toMatchObject({ ackCode: 200 });
  });

  it("pushes an event again when the handler throws", async () => {
    const cloud = await startTestCloud({ settings: { ladderMs: [10] } });
    const app = registerTestApp(cloud);
    const { received, handles } = collector([() => Promise.reject(new Error("storing failed"))]);
    await openSdkSocket(cloud, app, handles);
    say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(received).toHaveLength(2);
    expect(cloud.deliveries(app.appId)[0]?.attempts.map(({ ackCode }) => ackCode)).toEqual([500, 200]);
  });

  it("counts an acknowledgement that comes late as missing", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    const gate = new EventEmitter();
    const { received, handles } = collector([() => once(gate, "open")]);
    await openSdkSocket(cloud, app, handles);
    const late: boolean[] = [];
    cloud.on("ack", (ack) => late.push(ack.late));
    say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the second push to be acknowledged");
    gate.emit("open");
    await waitFor(() => late.length === 2, "the late acknowledgement");
    expect(late).toEqual([false, true]);
    expect(received).toHaveLength(2);
  });

  it("gives up at the end of the ladder", async () => {
    const cloud = await startTestCloud({ settings: { ...quick, ackTimeoutMs: 20 } });
    const app = registerTestApp(cloud);
    await openSdkSocket(cloud, app, { "im.message.receive_v1": never });
    say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.state === "given-up", "the end of the ladder");
    expect(cloud.deliveries(app.appId)[0]).toMatchObject({ acknowledged: false });
    expect(cloud.deliveries(app.appId)[0]?.attempts).toHaveLength(1 + quick.ladderMs.length);
  });

  it("has Feishu's ladder, divided by the time scale", async () => {
    const real = await startTestCloud();
    expect(real.settings.ladderMs).toEqual([15_000, 300_000, 3_600_000, 21_600_000]);
    expect(real.settings.ackTimeoutMs).toBe(3_000);
    const scaled = await startTestCloud({ timeScale: 1_000 });
    expect(scaled.settings.ladderMs).toEqual([15, 300, 3_600, 21_600]);
    expect(scaled.settings.cardStreamingMs).toBe(600);
  });

  it("gives a repeated event to another connection when told to", async () => {
    const cloud = await startTestCloud({ settings: { ...quick, redeliverTo: "other" } });
    const app = registerTestApp(cloud);
    const collectors = [collector([never]), collector([never])];
    for (const { handles } of collectors) await openSdkSocket(cloud, app, handles);
    say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    const tried = cloud.deliveries(app.appId)[0]?.attempts.map(({ connectionId }) => connectionId) ?? [];
    expect(tried[0]).not.toBe(tried[1]);
    expect(collectors.map(({ received }) => received.length).every((count) => count > 0)).toBe(true);
  });

  it("pushes an acknowledged event again on request", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    const { eventId } = say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the first acknowledgement");
    cloud.repush(app.appId, eventId);
    await waitFor(() => received.length === 2, "the second push");
    expect(received[1]).toEqual(received[0]);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.attempts[1]?.ackCode === 200, "the second acknowledgement");
    expect(cloud.deliveries(app.appId)).toHaveLength(1);
  });

  it("pushes one message under two event ids and two messages under one", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    const { messageId, eventId } = say(cloud, app);
    const again = say(cloud, app, { messageId });
    expect(again.messageId).toBe(messageId);
    expect(again.eventId).not.toBe(eventId);
    const other = say(cloud, app, { eventId });
    expect(other.eventId).toBe(eventId);
    await waitFor(() => received.length === 3, "three pushes");
    expect(received.map((event) => [event.event_id, event.message.message_id])).toEqual([
      [eventId, messageId],
      [again.eventId, messageId],
      [eventId, other.messageId],
    ]);
    const { chatId } = cloud.directChat(app.appId, "Ann");
    expect(cloud.messages(chatId)).toHaveLength(2);
  });

  it("pushes any event, with the header that the test wants", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const received: unknown[] = [];
    await openSdkSocket(cloud, app, {
      "application.bot.menu_v6": async (event) => {
        received.push(event);
      },
    });
    cloud.pushEvent(app.appId, "application.bot.menu_v6", { event_key: "k" }, { event_id: "e1", create_time: "7" });
    await waitFor(() => received.length === 1, "the event");
    expect(received[0]).toMatchObject({ event_id: "e1", create_time: "7", event_key: "k", app_id: app.appId });
  });

  it("remembers settled events up to its limit and every pending one", async () => {
    const cloud = await startTestCloud({ limits: { deliveries: 3 } });
    const app = registerTestApp(cloud);
    const { handles } = collector();
    const kept = Array.from({ length: 10 }, () => say(cloud, app).eventId);
    expect(cloud.deliveries(app.appId).map(({ eventId }) => eventId)).toEqual(kept);
    await openSdkSocket(cloud, app, handles);
    await waitFor(() => cloud.deliveries(app.appId).every(({ acknowledged }) => acknowledged), "the acknowledgements");
    say(cloud, app);
    expect(cloud.deliveries(app.appId)).toHaveLength(3 + 1);
  });

  it("tells a person's reaction, recall, reading, chat opening and the bot's coming and going", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { handles } = collector();
    const told: unknown[] = [];
    const types = [
      "im.message.reaction.created_v1",
      "im.message.reaction.deleted_v1",
      "im.message.recalled_v1",
      "im.message.message_read_v1",
      "im.chat.access_event.bot_p2p_chat_entered_v1",
      "im.chat.member.bot.added_v1",
      "im.chat.member.bot.deleted_v1",
      "application.bot.menu_v6",
    ];
    const others = types.map((type) => [type, async (event: unknown) => void told.push(event)]);
    await openSdkSocket(cloud, app, { ...handles, ...Object.fromEntries(others) });
    const ann = cloud.person("Ann");
    const { messageId } = say(cloud, app);
    const { chatId } = cloud.directChat(app.appId, ann);
    const group = cloud.group("Team", { people: [ann] });

    cloud.react({ messageId, from: ann, emoji: "SMILE" });
    expect(cloud.message(messageId)?.reactions).toMatchObject([{ emoji: "SMILE", by: { id: ann.openId } }]);
    cloud.react({ messageId, from: ann, emoji: "SMILE", remove: true });
    cloud.recallMessage(messageId);
    cloud.readMessages([messageId], ann);
    cloud.enterChat(app.appId, ann);
    cloud.addBot(group.chatId, app.appId, ann);
    cloud.removeBot(group.chatId, app.appId, ann);
    cloud.chooseMenu(app.appId, ann, "help");

    await waitFor(() => told.length === types.length, "every event");
    const operator = { open_id: ann.openId };
    expect(told).toMatchObject([
      { message_id: messageId, reaction_type: { emoji_type: "SMILE" }, operator_type: "user", user_id: operator },
      { message_id: messageId, reaction_type: { emoji_type: "SMILE" }, user_id: operator },
      { message_id: messageId, chat_id: chatId, recall_type: "message_owner" },
      { message_id_list: [messageId], reader: { reader_id: operator } },
      { chat_id: chatId, operator_id: operator, last_message_id: messageId },
      { chat_id: group.chatId, operator_id: operator, external: false, name: "Team" },
      { chat_id: group.chatId, operator_id: operator },
      { event_key: "help", operator: { operator_name: "Ann", operator_id: operator } },
    ]);
    expect(told.map((event) => (event as { event_type: string }).event_type)).toEqual(types);
    expect(cloud.message(messageId)?.recalled).toBe(true);
  });
});
