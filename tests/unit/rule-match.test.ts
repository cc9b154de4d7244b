import { afterAll, describe, expect, test } from "vitest";
import { DEFAULT_BEHAVIOR } from "@/lib/bots/behavior";
import { MOST_PER_BOT, MOST_PER_PATTERN, oversizedRules, patternSize } from "@/lib/bots/pattern-size";
import { PatternThread, patternThread } from "@/lib/bots/pattern-thread";
import { findRule } from "@/lib/bots/rule-match";
import { requirePatterns } from "@/lib/bots/rule-patterns";
import { ruleFits } from "@/lib/bots/rule-preview";
import type { Rule } from "@/lib/db/documents";

afterAll(() => patternThread().stop());

const botWith = (rules: Rule[], ownerId = "somebody") => ({ ownerId, behavior: { ...DEFAULT_BEHAVIOR, rules } });
const silent = (match: Rule["match"], pattern: string): Rule => ({ match, pattern, action: { kind: "silent" } });

test.each([
  ["exact", "Hours", " hours ", true],
  ["exact", "hours", "opening hours", false],
  ["contains", "VPN", "my vpn is down", true],
  ["contains", "证书", "提示证书过期", true],
  ["regex", "^order\\s+#?\\d+$", "Order #42", true],
  ["regex", "^order\\s+#?\\d+$", "order of the day", false],
  ["regex", "(a+)+$", `${"a".repeat(50)}!`, false],
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
] as const)("a rule of the kind %s with %s and the text %s", async (match, pattern, text, fits) => {
  const rule = silent(match, pattern);
  expect(ruleFits(rule, text)).toBe(fits);
  expect(await findRule(botWith([rule]), text)).toEqual({ rule: fits ? rule : undefined, skipped: [] });
});

test("the first rule that fits decides, whether it is words or a pattern", async () => {
  const rules = [silent("contains", "x"), silent("regex", "^hel+o"), silent("contains", "hell")];
  expect((await findRule(botWith(rules), "Hello")).rule).toBe(rules[1]);
  expect((await findRule(botWith(rules.toReversed()), "Hello")).rule).toBe(rules[2]);
  expect((await findRule(botWith(rules), "nothing")).rule).toBeUndefined();
});

describe("the size of a pattern", () => {
  test.each([
    ["x{1000}", 1_000],
    ["(?:(?:x{10}){10}){10}", 1_000],
    ["(?:(a{2,20})?){50}", 1_000],
    ["[]{}a]{100,}", 100],
    ["a(?i){1000}", 1_000],
    ["\\p{Greek}{100}", 100],
  ])("%s: repeats within repeats are multiplied", (pattern, least) => {
    expect(patternSize(pattern)).toBeGreaterThanOrEqual(least);
    expect(patternSize(pattern)).toBeLessThan(3 * least);
  });

  test.each(["\\{1000}", "a\\{9}{2}", "[{1000}]", "{1000", "(?P<name>a)|\\d+"])("%s is small", (pattern) => {
    expect(patternSize(pattern)).toBeLessThan(20);
  });

  test("one may be so large, and all of a bot together", () => {
    const large = silent("regex", "x{1000}".repeat(65));
    const middle = silent("regex", "x{1000}".repeat(4));
    expect(oversizedRules([large, middle, middle, middle, silent("contains", large.pattern)])).toEqual({
      pattern: [0],
      bot: [3],
    });
    expect(patternSize(middle.pattern)).toBeLessThan(MOST_PER_PATTERN);
    expect(patternSize(middle.pattern) * 3).toBeGreaterThan(MOST_PER_BOT);
  });
});

// A hundred patterns that each are allowed by their length held the process up for half a minute and took 500 MB.
test("patterns too large are refused when they are saved, and skipped where they are saved already", async () => {
  const large = silent("regex", "x{1000}".repeat(65));
  const words = silent("contains", "hello");
  const rules = [large, silent("regex", "^hi"), large, words];
  await expect(requirePatterns(rules, "somebody")).rejects.toMatchObject({
    code: "invalid_input",
    textKey: "bot.patternTooLarge",
    fields: [
      { path: "behavior.rules.0.pattern", message: "fields.patternTooLarge" },
      { path: "behavior.rules.2.pattern", message: "fields.patternTooLarge" },
    ],
  });
  expect(await findRule(botWith(rules), "hello")).toEqual({ rule: words, skipped: [0, 2] });
  expect(await findRule(botWith(rules), "hi")).toEqual({ rule: rules[1], skipped: [0] });
});

test("what is no pattern is refused with its place", async () => {
  const rules = [silent("contains", "(a"), silent("regex", "a+"), silent("regex", "(a")];
  await expect(requirePatterns(rules, "somebody")).rejects.toMatchObject({
    textKey: "bot.pattern",
    fields: [{ path: "behavior.rules.2.pattern", message: "fields.pattern" }],
  });
  await requirePatterns(rules.slice(0, 2), "somebody");
});

test("the largest patterns and texts leave the process free", async () => {
  const rules = ["(a?){1000}b", "(a|b|ab|ba|.{0,1000}){1,1}z"].map((pattern) => silent("regex", pattern));
  const last = silent("contains", "aa");
  let turns = 0;
  const count = setInterval(() => {
    turns += 1;
  }, 1);
  const { rule } = await findRule(botWith([...rules, last]), "a".repeat(150_000));
  clearInterval(count);
  expect(rule).toBe(last);
  expect(turns).toBeGreaterThan(3);
});

test("a thread that takes too long is ended, and another one goes on", async () => {
  const thread = new PatternThread({ limitMs: 0 });
  const slow = { patterns: ["(a?){1000}b"], text: "a".repeat(1_000) };
  expect(await thread.ask(slow, "one")).toBe("gaveUp");
  await thread.stop();
  const other = new PatternThread();
  await other.ask({ patterns: ["a"], text: "a" }, "one");
  await other.stop();
  expect(await Promise.all([1, 2].map(() => other.ask({ patterns: ["b", "a"], text: "a" }, "one")))).toEqual([1, 1]);
  await other.stop();
});
