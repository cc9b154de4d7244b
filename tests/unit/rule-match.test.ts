import { expect, test } from "vitest";
import { findRule, ruleFits } from "@/lib/bots/rule-match";
import type { Rule } from "@/lib/db/documents";

test.each([
  ["exact", "Hours", " hours ", true],
  ["exact", "hours", "opening hours", false],
  ["contains", "VPN", "my vpn is down", true],
  ["contains", "证书", "提示证书过期", true],
  ["regex", "^order\\s+#?\\d+$", "Order #42", true],
  ["regex", "^order\\s+#?\\d+$", "order of the day", false],
  ["regex", "(a+)+$", `${"a".repeat(5_000)}!`, false],
  ["regex", "(?=lookahead)", "lookahead", false],
  ["command", "leave", "/Leave tomorrow", true],
  ["command", "/leave", "/leave", true],
  ["command", "leave", "／ｌｅａｖｅ\u200b tomorrow", true],
  ["command", "／leave\u200b", "/leave", true],
  ["exact", "hours", "Hours\ufeff", true],
  ["contains", "vpn", "my ＶＰＮ is down", true],
  ["contains", "\u200b", "anything", false],
  ["command", "leave", "/leaves", false],
  ["command", "leave", "leave", false],
] as const)("a rule of the kind %s with %s and the text %s", (match, pattern, text, fits) => {
  expect(ruleFits({ match, pattern }, text)).toBe(fits);
});

test("the first rule that fits decides", () => {
  const rule = (pattern: string, text: string): Rule => ({
    match: "contains",
    pattern,
    action: { kind: "text", text },
  });
  const rules = [rule("x", "1"), rule("hello", "2"), rule("hell", "3")];
  expect(findRule(rules, "Hello")?.action).toEqual({ kind: "text", text: "2" });
  expect(findRule(rules, "nothing")).toBeUndefined();
});

// One message held the process up for minutes.
test.each(["(a?){1000}b", "(a|b|ab|ba|.{0,1000}){1,1}z"])(
  "the largest patterns and texts take no time: %s",
  (pattern) => {
    const rule: Rule = { match: "regex", pattern, action: { kind: "silent" } };
    const last: Rule = { match: "contains", pattern: "aa", action: { kind: "text", text: "found" } };
    const rules = [...Array.from({ length: 100 }, () => rule), last];
    expect(findRule(rules, "a".repeat(150_000))).toBe(last);
    expect(ruleFits({ match: "regex", pattern: "^a+" }, "a".repeat(150_000))).toBe(true);
  },
);
