// Which words in a chat are commands.
import { expect, test } from "vitest";
import { commandIn, looksLikeStop } from "@/lib/events/command-words";

test("only the four words alone are commands", () => {
  expect(["/new", "/stop  ", "/status", "/help\n"].map(commandIn)).toEqual(["new", "stop", "status", "help"]);
  expect(["/News", "/new chat", "new", "/", "/STOP", "//new"].map(commandIn).filter(Boolean)).toEqual([]);
});

test("a stop is seen before anybody knows who was mentioned", () => {
  const message = (text: string, type = "text") => ({
    message: { message_type: type, content: JSON.stringify({ text }) },
  });
  expect(["/stop", "@_user_1 /stop", "/stop @_user_12 "].map((text) => looksLikeStop(message(text)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["/stopped", "please /stop", "@_all /stop"].some((text) => looksLikeStop(message(text)))).toBe(false);
  expect(looksLikeStop(message("/stop", "post"))).toBe(false);
  expect(looksLikeStop({ message: { message_type: "text", content: "{/stop" } })).toBe(false);
});
