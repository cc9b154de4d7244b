// Which rule fits a text, and which words are commands.
import { expect, test } from "vitest";
import type { Rule } from "@/lib/db/documents";
import { commandIn, looksLikeStop } from "@/lib/events/command-words";
import { fittingRule } from "@/lib/events/rules";

const rule = (match: Rule["match"], pattern: string): Rule => ({ match, pattern, action: { kind: "silent" } });
const fits = (match: Rule["match"], pattern: string, text: string) =>
  fittingRule([rule(match, pattern)], text) !== undefined;

test.each<[Rule["match"], string, string[], string[]]>([
  ["exact", "Hello", ["hello", " HELLO "], ["hello there", ""]],
  ["contains", "VPN", ["my vpn is slow", "VPN"], ["v p n"]],
  ["command", "vpn", ["/vpn", "/VPN at home", "/vpn\nnow"], ["vpn", "/vpns", "please /vpn"]],
  ["command", "/VPN", ["/vpn"], ["//vpn"]],
  ["regex", "^order #?\\d+", ["Order #12 please", "order 1"], ["my order 1"]],
  ["regex", "发票", ["我要发票"], ["invoice"]],
  ["regex", "(broken", [], ["(broken"]],
])("%s %s", (match, pattern, fitting, others) => {
  expect(fitting.filter((text) => !fits(match, pattern, text))).toEqual([]);
  expect(others.filter((text) => fits(match, pattern, text))).toEqual([]);
});

test("the first that fits decides", () => {
  const rules = [rule("exact", "a"), rule("contains", "b"), rule("regex", "b")];
  expect(fittingRule(rules, "abc")).toEqual({ rule: rules[1], number: 2 });
  expect(fittingRule(rules, "xyz")).toBeUndefined();
});

test("a pattern that would take others for ever is matched in time that grows with the text", () => {
  expect(fits("regex", "^(a+)+$", `${"a".repeat(20_000)}!`)).toBe(false);
});

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
