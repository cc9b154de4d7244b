import { describe, expect, test } from "vitest";
import { personIdsOf, readEnvelope } from "@/lib/events/envelope";
import { cleanText, storableJson } from "@/lib/events/storable";
import { replyUuid } from "@/lib/events/uuids";

const message = {
  schema: "2.0",
  header: { event_id: "ev1", event_type: "im.message.receive_v1", create_time: "1", token: "vt", app_id: "cli_x" },
  event: {
    sender: { sender_id: { open_id: "ou_ann", user_id: "u1" }, sender_type: "user" },
    message: { message_id: "om_1", chat_id: "oc_1", chat_type: "p2p", create_time: "1700000000000", content: "{}" },
  },
};

describe("reading an envelope", () => {
  test("finds what a message is made of", () => {
    expect(readEnvelope(message)).toMatchObject({
      eventId: "ev1",
      eventType: "im.message.receive_v1",
      messageId: "om_1",
      chatId: "oc_1",
      chatType: "p2p",
      senderId: "ou_ann",
      sentAt: 1_700_000_000_000,
      lane: "oc_1",
    });
  });

  test("masks the verification token and keeps the rest", () => {
    const { payload } = readEnvelope(message);
    expect(payload).toEqual({ ...message, header: { ...message.header, token: "[hidden]" } });
  });

  test("knows a direct chat by Lark's word for it", () => {
    const inLark = {
      ...message,
      event: { ...message.event, message: { ...message.event.message, chat_type: "private" } },
    };
    expect(readEnvelope(inLark).chatType).toBe("p2p");
    const v1 = { uuid: "u-1", event: { type: "message", open_id: "ou_a", chat_type: "private" } };
    expect(readEnvelope(v1).chatType).toBe("p2p");
  });

  test("finds every id of a person, be it the sender or the one who acted", () => {
    const ids = { union_id: "on_a", user_id: "u_a", open_id: "ou_a" };
    const idsIn = (event: object) => personIdsOf({ event }).sort();
    expect(idsIn({ sender: { sender_id: ids } })).toEqual(["on_a", "ou_a", "u_a"]);
    expect(idsIn({ operator_id: ids })).toEqual(["on_a", "ou_a", "u_a"]);
    expect(idsIn({ operator: { operator_id: ids } })).toEqual(["on_a", "ou_a", "u_a"]);
    expect(idsIn({ sender: {}, operator_id: ids })).toEqual([]);
    expect(personIdsOf({ event: "x" })).toEqual([]);
  });

  const now = Date.now();
  test.each([
    ["milliseconds", String(now), now],
    ["microseconds", `${now}123`, now],
    ["nanoseconds", `${now}123456`, now],
    ["seconds", String(Math.floor(now / 1000)), Math.floor(now / 1000) * 1000],
    ["a year far ahead", String(Date.UTC(2199, 0)), null],
    ["the range of a date and more", "8640000000000001", null],
    ["the year 1970", "1", null],
    ["words", "yesterday", null],
    ["nothing", undefined, null],
    ["a list", [now], null],
  ])("reads a time in %s", (_what, create_time, sentAt) => {
    const event = { ...message.event, message: { ...message.event.message, create_time } };
    expect(readEnvelope({ ...message, event }).sentAt).toBe(sentAt);
  });

  test("masks the ticket of a store app, in both versions of the envelope", () => {
    const event = { type: "app_ticket", app_id: "cli_x", app_ticket: "t-secret" };
    const v1 = readEnvelope({ uuid: "u-2", token: "vt", type: "event_callback", event });
    const v2 = readEnvelope({ header: { ...message.header, event_type: "app_ticket" }, event });
    for (const { eventType, payload } of [v1, v2]) {
      expect(eventType).toBe("app_ticket");
      expect(payload.event).toEqual({ ...event, app_ticket: "[hidden]" });
    }
  });

  test("reads the first version of Feishu's envelope", () => {
    const v1 = {
      uuid: "u-1",
      token: "vt",
      ts: "1",
      type: "event_callback",
      event: { type: "message", open_id: "ou_a" },
    };
    const event = readEnvelope(v1);
    expect(event).toMatchObject({ eventId: "u-1", eventType: "message", senderId: "ou_a", lane: "~u-1" });
    expect(event.payload.token).toBe("[hidden]");
  });

  test("gives each event that is no message a lane of its own", () => {
    const header = { event_id: "ev2", event_type: "im.chat.member.bot.added_v1" };
    const event = { chat_id: "oc_1", operator_id: { open_id: "ou_bo" } };
    expect(readEnvelope({ header, event })).toMatchObject({ chatId: "oc_1", senderId: "ou_bo", lane: "~ev2" });
  });

  test.each([
    ["nothing", null],
    ["a list", []],
    ["a text", "x"],
    ["an empty object", {}],
    ["a header without an id", { header: { event_type: "x" } }],
    ["a header without a type", { header: { event_id: "x" } }],
    ["an id that is too long", { header: { event_id: "x".repeat(257), event_type: "y" } }],
  ])("refuses %s", (_what, envelope) => {
    expect(() => readEnvelope(envelope)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("refuses what is nested without end, and what is far too large", () => {
    let deep: unknown = "x";
    for (let i = 0; i < 5_000; i += 1) deep = [deep];
    expect(() => readEnvelope({ ...message, event: { deep } })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
    const large = { ...message, event: { large: "x".repeat(3 * 1024 * 1024) } };
    expect(() => readEnvelope(large)).toThrow(expect.objectContaining({ code: "too_large" }));
  });

  test("takes out what PostgreSQL cannot store, in keys too", () => {
    const { payload } = readEnvelope({ ...message, event: { "k\0ey": ["a\0b", "\ud800x", "\udc00", "👋"] } });
    expect(payload.event).toEqual({ key: ["ab", "\ufffdx", "\ufffd", "👋"] });
  });

  test("leaves a clean text alone", () => {
    expect(cleanText("a\n\t👩‍👩‍👧 你好")).toBe("a\n\t👩‍👩‍👧 你好");
  });
});

describe("storable JSON", () => {
  test("cleans what a model or Feishu may say, and leaves the rest as it is", () => {
    expect(JSON.parse(storableJson([{ "k\0": "a\0\ud800" }, 1, null]))).toEqual([{ k: "a\ufffd" }, 1, null]);
    const harmless = { text: "\\u0000 👋", n: 1.5 };
    expect(JSON.parse(storableJson(harmless))).toEqual(harmless);
  });
});

describe("the uuid of a reply", () => {
  const identity = { botId: "b", eventId: "ev1", kind: "answer", replays: 0, part: 0 } as const;

  test("stays the same, and is short enough for Feishu", () => {
    expect(replyUuid(identity)).toBe(replyUuid({ ...identity }));
    expect(replyUuid(identity).length).toBeLessThanOrEqual(50);
  });

  test("differs by bot, event, kind, replay and part", () => {
    const others = [
      { ...identity, botId: "c" },
      { ...identity, eventId: "ev2" },
      { ...identity, kind: "apology" as const },
      { ...identity, replays: 1 },
      { ...identity, part: 1 },
    ];
    expect(new Set([identity, ...others].map(replyUuid)).size).toBe(6);
  });
});
