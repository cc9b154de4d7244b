import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type MessageEvent, readMessage } from "@/lib/feishu/message";

const FOLDER = path.join(import.meta.dirname, "../fixtures/feishu");
const fixture = (name: string): MessageEvent =>
  JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), "utf8")).event;

const textOf = async (name: string) => (await readMessage(fixture(name), "ou_bot")).text;

const written = (text: string, mentions: NonNullable<MessageEvent["message"]>["mentions"] = []): MessageEvent => ({
  message: { message_type: "text", content: JSON.stringify({ text }), mentions },
});
const bot = { key: "@_user_1", name: "MyBot", id: { open_id: "ou_bot" } };
const bo = { key: "@_user_2", name: "Bo", id: { open_id: "ou_bo" } };
const read = async (text: string, ...mentions: (typeof bot)[]) =>
  (await readMessage(written(text, mentions), "ou_bot")).text;

describe("reading a message", () => {
  test.each([
    ["text", "@Bo deploy  it\n\tnow"],
    ["post", "Plan\nhi the page (https://example.com)\n[image]@Bo\na := 1"],
    ["image", "[image]"],
    ["file", "[file] plan.pdf"],
    ["audio", "[audio]"],
    ["media", "[media] clip.mp4"],
    ["sticker", "[sticker]"],
    ["interactive", "[interactive card]"],
    ["system", "Ann invited Bo to this chat."],
  ])("reads a message of the type %s", async (name, expected) => {
    expect(await textOf(name)).toBe(expected);
  });

  test.each([
    ["location", "Station"],
    ["vote", "Lunch"],
    ["share-chat", "oc_shared"],
    ["share-user", "ou_bo"],
  ])("keeps what a message of the type %s says", async (name, part) => {
    expect(await textOf(name)).toContain(part);
  });

  test("makes some text of every recorded type", async () => {
    for (const file of readdirSync(FOLDER)) {
      expect((await readMessage(fixture(path.basename(file, ".json")), null)).text, file).not.toBe("");
    }
  });

  test("leaves the text as it was written, but for the spaces around it", async () => {
    const text = "a  b\t c\n\n  *d* _e_ <f> &amp; \\n 你好 👩‍👩‍👧 @_user_9 %s {0}";
    expect(await read(`  ${text} \n`)).toBe(text);
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
  ])("takes the mention of the bot out of %j", async (text, expected) => {
    expect(await read(text, bot, bo)).toBe(expected);
  });

  test("names others where they are mentioned, each key once", async () => {
    const ten = { key: "@_user_10", name: "@_user_2", id: { open_id: "ou_ten" } };
    expect(await read("@_user_10 and @_user_2", bo, ten)).toBe("@@_user_2 and @Bo");
  });

  test("knows a mention of the bot by its open_id alone", async () => {
    const namesake = { key: "@_user_1", name: "MyBot", id: { open_id: "ou_other" } };
    expect(await readMessage(written("@_user_1 hi", [namesake]), "ou_bot")).toMatchObject({ mentionsBot: false });
    expect(await readMessage(written("@_user_1 hi", [bot]), "ou_bot")).toMatchObject({ mentionsBot: true });
  });

  test("counts nobody as the bot while its identity is unknown", async () => {
    const nobody = { key: "@_user_1", name: "Somebody" };
    expect(await readMessage(written("@_user_1 hi", [nobody]), null)).toMatchObject({ mentionsBot: false });
    expect(await readMessage(written("@_user_1 hi", [bot]), null)).toEqual({
      text: "@MyBot hi",
      mentionsBot: false,
      mentionsAll: false,
    });
  });

  test("sees a mention of everybody that Feishu left out of the mentions", async () => {
    expect(await readMessage(written("@_all lunch"), "ou_bot")).toEqual({
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
  ])("survives %j", async (event) => {
    expect(typeof (await readMessage(event as MessageEvent, "ou_bot")).text).toBe("string");
  });
});
