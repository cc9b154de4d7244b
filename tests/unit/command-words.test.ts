// Which words in a chat are commands.
import { expect, test } from "vitest";
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

test("a stop is seen before anybody knows who was mentioned", () => {
  const message = (text: string, type = "text") => ({
    message: { message_type: type, content: JSON.stringify({ text }) },
  });
  expect(
    ["/stop", "@_user_1 /stop", "/stop @_user_12 ", "@_user_1 ／Stop\u200b"].map((text) =>
      looksLikeStop(message(text)),
    ),
  ).toEqual([true, true, true, true]);
  const escaped = { message_type: "text", content: '{"text":"\\uff0fstop\\u200b"}' };
  expect(looksLikeStop({ message: escaped })).toBe(true);
  expect(["/stopped", "please /stop", "@_all /stop"].some((text) => looksLikeStop(message(text)))).toBe(false);
  expect(looksLikeStop(message("/stop", "post"))).toBe(false);
  expect(looksLikeStop({ message: { message_type: "text", content: "{/stop" } })).toBe(false);
});
