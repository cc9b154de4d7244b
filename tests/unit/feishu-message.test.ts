import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type MessageEvent, mentionsAnybody, readMessage } from "@/lib/feishu/message";

const FOLDER = path.join(import.meta.dirname, "../fixtures/feishu");
const fixture = (name: string): MessageEvent =>
  JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), "utf8")).event;

const textOf = (name: string) => readMessage(fixture(name), "ou_bot").text;

const written = (text: string, mentions: NonNullable<MessageEvent["message"]>["mentions"] = []): MessageEvent => ({
  message: { message_type: "text", content: JSON.stringify({ text }), mentions },
});
const bot = { key: "@_user_1", name: "MyBot", id: { open_id: "ou_bot" } };
const bo = { key: "@_user_2", name: "Bo", id: { open_id: "ou_bo" } };
const read = (text: string, ...mentions: (typeof bot)[]) => readMessage(written(text, mentions), "ou_bot").text;

describe("reading a message", () => {
  test.each([
    ["text", "@Bo deploy  it\n\tnow"],
    ["post", "Plan\nhi the page (https://example.com)\n[image]@Bo\n```GO\na := 1\n```"],
    ["image", "[image]"],
    ["file", "[file] plan.pdf"],
    ["audio", "[audio]"],
    ["media", "[media] clip.mp4"],
    ["sticker", "[sticker]"],
    ["interactive", "**Card**\nfrom a card"],
    ["system", "Ann invited Bo to this chat."],
  ])("reads a message of the type %s", (name, expected) => {
    expect(textOf(name)).toBe(expected);
  });

  test.each([
    ["location", "Station"],
    ["vote", "Lunch"],
    ["share-chat", "oc_shared"],
    ["share-user", "ou_bo"],
  ])("keeps what a message of the type %s says", (name, part) => {
    expect(textOf(name)).toContain(part);
  });

  test.each([
    ["folder", { file_key: "file_1", file_name: "plans" }, "[folder] plans"],
    ["todo", { summary: { title: "Ship", content: [[{ tag: "text", text: "the box" }]] } }, "[todo] Ship\nthe box"],
    ["todo", { summary: { title: "", content: [[{ tag: "text", text: "the box" }]] } }, "[todo] the box"],
    ["share_calendar_event", { summary: "Review" }, "[calendar] Review"],
    ["general_calendar", { summary: "Review" }, "[calendar] Review"],
    ["hongbao", { text: "恭喜发财" }, "[hongbao] 恭喜发财"],
    ["hongbao", {}, "[hongbao]"],
    ["video_chat", { topic: "Weekly" }, "[video_chat] Weekly"],
    ["location", {}, "[location]"],
    ["share_chat", { chat_id: "oc_1" }, "[share_chat] oc_1"],
    ["share_user", { user_id: "ou_1" }, "[share_user] ou_1"],
    ["vote", { topic: "Lunch", options: ["Rice", { text: "Noodles" }] }, "[vote] Lunch\n- Rice\n- Noodles"],
    ["system", { template: "divider", divider_text: { text: "New topic" } }, "New topic"],
    ["system", { template: "{from_user} left {constructor}", from_user: ["Ann", "Bo"] }, "Ann, Bo left {constructor}"],
    ["something_new", { text: "its words" }, "its words"],
    ["something_new", {}, "[unsupported] something_new"],
    ["constructor", {}, "[unsupported] constructor"],
    ["interactive", "not a card", "[interactive]"],
  ])("reads a %s with %j", (message_type, content, expected) => {
    expect(readMessage({ message: { message_type, content: JSON.stringify(content) } }, null).text).toBe(expected);
  });

  test("says when a calendar's event is, in the server's time zone", () => {
    const start_time = String(new Date(2025, 0, 2, 14, 30).getTime());
    const content = JSON.stringify({ summary: "Review", start_time, end_time: Number(start_time) / 1000 + 3600 });
    expect(readMessage({ message: { message_type: "calendar", content } }, null).text).toBe(
      "[calendar] Review 2025-01-02 14:30 – 2025-01-02 15:30",
    );
  });

  test.each([
    [
      [
        { tag: "text", text: "see " },
        { tag: "code_block", language: "PYTHON", text: "a = 1\n" },
        { tag: "text", text: "then" },
      ],
      "see \n```PYTHON\na = 1\n```\nthen",
    ],
    [[{ tag: "code_block", text: "```\nx\n```" }], "````\n```\nx\n```\n````"],
    [[{ tag: "text", text: "a" }, { tag: "hr" }, { tag: "text", text: "b" }], "a\n---\nb"],
    [[{ tag: "md", text: '**bold** <at user_id="ou_bo">Bo</at>' }], "**bold** @Bo"],
    [
      [
        { tag: "emotion", emoji_type: "SMILE" },
        { tag: "media", file_key: "f" },
        { tag: "img", image_key: "i" },
      ],
      "[SMILE][media][image]",
    ],
    [
      [
        { tag: "button", text: "Open" },
        { tag: "a", href: "https://a.example", text: "A" },
      ],
      "[Open]A (https://a.example)",
    ],
    [[{ tag: "constructor", text: "words" }, { tag: "__proto__" }, { tag: "text", text: 1 }], "words"],
  ])("reads a post of %j", (paragraph, expected) => {
    const content = JSON.stringify({ zh_cn: { title: "", content: [paragraph] } });
    expect(readMessage({ message: { message_type: "post", content } }, "ou_bot").text).toBe(expected);
  });

  const posted = (element: object, mentions?: NonNullable<MessageEvent["message"]>["mentions"]) => {
    const content = JSON.stringify({ title: "", content: [[element, { tag: "text", text: " lunch" }]] });
    return readMessage({ message: { message_type: "post", content, ...(mentions ? { mentions } : {}) } }, "ou_bot");
  };

  test("knows the bot in a post by its open_id, whether it is listed or not", () => {
    const at = { tag: "at", user_id: "ou_bot", user_name: "MyBot" };
    const expected = { text: "lunch", mentionsBot: true, mentionsAll: false };
    expect(posted(at)).toEqual(expected);
    expect(posted(at, [])).toEqual(expected);
    expect(posted(at, [bot])).toEqual(expected);
    expect(posted({ tag: "at", user_id: "ou_bo", user_name: "Bo" })).toEqual({
      text: "@Bo lunch",
      mentionsBot: false,
      mentionsAll: false,
    });
    expect(mentionsAnybody({ message: { message_type: "post", content: JSON.stringify({ content: [[at]] }) } })).toBe(
      true,
    );
  });

  test.each([["all"], ["@_all"]])("sees that a post mentions everybody by %j", (user_id) => {
    expect(posted({ tag: "at", user_id })).toEqual({ text: "@all lunch", mentionsBot: false, mentionsAll: true });
  });

  test("does not take a person's words in a post for a mention of everybody", () => {
    expect(posted({ tag: "text", text: "@_all" })).toMatchObject({ text: "@_all lunch", mentionsAll: false });
  });

  const twelve = { key: "@_user_12", name: "Twelve", id: { open_id: "ou_twelve" } };
  test.each([
    ["@_user_19:00 开会", [bot], "9:00 开会"],
    ["@_user_12 @_user_1", [bot, twelve], "@Twelve"],
    ["@_user_1 @_user_12 @_user_123", [bot, twelve], "@Twelve @Twelve3"],
    ["@_user_2 @_user_10", [bo], "@Bo @_user_10"],
  ])("knows only the keys that are listed, the longest first: %j", (text, mentions, expected) => {
    expect(read(text, ...mentions)).toBe(expected);
  });

  test("makes some text of every recorded type", () => {
    for (const file of readdirSync(FOLDER)) {
      expect(readMessage(fixture(path.basename(file, ".json")), null).text, file).not.toBe("");
    }
  });

  test("leaves the text as it was written, but for the spaces around it", () => {
    const text = "a  b\t c\n\n  *d* _e_ <f> &amp; \\n 你好 👩‍👩‍👧 @_user_9 %s {0}";
    expect(read(`  ${text} \n`)).toBe(text);
  });

  test.each([
    ["@_user_1 hello", "hello"],
    ["hello @_user_1", "hello"],
    ["hello @_user_1 again", "hello again"],
    ["你好@_user_1 天气", "你好 天气"],
    ["hello @_user_1, again", "hello, again"],
    ["first\n@_user_1 second", "first\nsecond"],
    ["@_user_1 @_user_1 hello", "hello"],
    ["@_user_1@_user_2 hello", "@Bo hello"],
    ["@_user_1", ""],
  ])("takes the mention of the bot out of %j", (text, expected) => {
    expect(read(text, bot, bo)).toBe(expected);
  });

  test("names others where they are mentioned, each key once", () => {
    const ten = { key: "@_user_10", name: "@_user_2", id: { open_id: "ou_ten" } };
    expect(read("@_user_10 and @_user_2", bo, ten)).toBe("@@_user_2 and @Bo");
  });

  test("knows a mention of the bot by its open_id alone", () => {
    const namesake = { key: "@_user_1", name: "MyBot", id: { open_id: "ou_other" } };
    expect(readMessage(written("@_user_1 hi", [namesake]), "ou_bot")).toMatchObject({ mentionsBot: false });
    expect(readMessage(written("@_user_1 hi", [bot]), "ou_bot")).toMatchObject({ mentionsBot: true });
  });

  test("counts nobody as the bot while its identity is unknown", () => {
    const nobody = { key: "@_user_1", name: "Somebody" };
    expect(readMessage(written("@_user_1 hi", [nobody]), null)).toMatchObject({ mentionsBot: false });
    expect(readMessage(written("@_user_1 hi", [bot]), null)).toEqual({
      text: "@MyBot hi",
      mentionsBot: false,
      mentionsAll: false,
    });
  });

  test("sees a mention of everybody that Feishu left out of the mentions", () => {
    expect(readMessage(written("@_all lunch"), "ou_bot")).toEqual({
      text: "@all lunch",
      mentionsBot: false,
      mentionsAll: true,
    });
  });

  test.each([
    [{}],
    [{ message: {} }],
    [{ message: { message_type: "text", content: "not JSON" } }],
    [{ message: { message_type: "post", content: '{"content":[null,[null,{}]]}' } }],
    [{ message: { message_type: "something_new", content: "{}" } }],
  ])("survives %j", (event) => {
    expect(typeof readMessage(event as MessageEvent, "ou_bot").text).toBe("string");
  });
});
