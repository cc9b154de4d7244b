// Which words in a chat are commands.
import { describe, expect, test } from "vitest";
import { commandIn, looksLikeStop } from "@/lib/events/command-words";

test("only the four words alone are commands", () => {
  expect(["/new", "/stop  ", "/status", "/help\n"].map(commandIn)).toEqual(["new", "stop", "status", "help"]);
  expect(
    ["/HELP", "／help", "／ＳＴＯＰ", "/new\u200b", "\ufeff/status", "/st\u2060op\u3164 \u2800"].map(commandIn),
  ).toEqual(["help", "help", "stop", "new", "status", "stop"]);
  expect(
    ["/News", "/new chat", "new", "/", "//new", `/new${"\u200b".repeat(500)}`].map(commandIn).filter(Boolean),
  ).toEqual([]);
});

describe("a stop is seen before anybody knows who was mentioned", () => {
  const mentions = [
    { key: "@_user_1", name: "Bot", id: { open_id: "ou_bot" } },
    { key: "@_user_12", name: "Li", id: { open_id: "ou_li" } },
  ];
  const isStop = (content: object, type = "text", listed: typeof mentions = mentions) =>
    looksLikeStop({ message: { message_type: type, content: JSON.stringify(content), mentions: listed } });
  const post = (...paragraph: object[]) => ({ title: "", content: [paragraph] });
  const at = (user_id: string) => ({ tag: "at", user_id });
  const stop = { tag: "text", text: " /stop" };

  test("in a text", () => {
    const texts = ["/stop", "@_user_1 /stop", "/stop @_user_12 ", "@_user_1 ／Stop\u200b"];
    expect(texts.map((text) => isStop({ text }))).toEqual([true, true, true, true]);
    const escaped = { message_type: "text", content: '{"text":"\\uff0fstop\\u200b"}' };
    expect(looksLikeStop({ message: escaped })).toBe(true);
    expect(["/stopped", "please /stop", "@_all /stop"].some((text) => isStop({ text }))).toBe(false);
    expect(looksLikeStop({ message: { message_type: "text", content: "{/stop" } })).toBe(false);
    expect(isStop({ text: "/stop" }, "image")).toBe(false);
  });

  test("in a post, whose mentions may be named by key or by id", () => {
    expect(isStop(post(stop), "post")).toBe(true);
    expect(isStop(post(at("@_user_1"), stop), "post")).toBe(true);
    expect(isStop(post(at("ou_bot"), stop), "post", [])).toBe(true);
    expect(isStop(post(at("all"), stop), "post")).toBe(false);
    expect(isStop(post({ tag: "text", text: "please" }, stop), "post")).toBe(false);
  });

  // What looks like a key but is named by nobody was typed.
  test("only keys that are named are taken out", () => {
    expect(isStop({ text: "@_user_3 /stop" })).toBe(false);
    expect(isStop({ text: "@_user_1 /stop" }, "text", [])).toBe(false);
    expect(isStop({ text: "@_user_19 /stop" })).toBe(false);
    expect(isStop(post({ tag: "text", text: "@_user_3 /stop" }), "post")).toBe(false);
  });
});
