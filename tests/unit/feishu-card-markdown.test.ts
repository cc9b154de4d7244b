import { describe, expect, test } from "vitest";
import {
  cardMarkdown,
  hasTable,
  simplified,
  withoutImages,
  withoutMentionOfAll,
  withoutOddLinks,
} from "@/lib/feishu/card-markdown";
import { cardPages, GrowingPages, PAGE_LIMITS } from "@/lib/feishu/card-writing/card-pages";

describe("Markdown for a card", () => {
  test.each([
    ["# Title\n\n- one\n- **two**\n\n1. first\n\n> said", "the usual"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "tables"],
    ["```html\n<a href='x'> ![x](https://e.x/a.png)\n```", "blocks of code"],
    ["1. Do\n\n    ```sh\n    cat <file>\n    ```\n2. Go", "blocks of code in a list"],
    ["> - ```html\n>   <b>\n>   ```\n\nDone", "blocks of code in a quote"],
    ["~~~\n```\n<b>\n~~~", "a fence within a fence"],
    ["the tag `<a>` and ``a ` <b>``", "code within a line"],
    ["3 < 4 and a <- b, and 你好 👋", "signs that are no tags"],
    ["line<br>line<br/>line", "line breaks"],
    ["![own](img_v3_abc)", "pictures that Feishu keeps"],
    ["[link](https://example.com/a?b=1&c=2)", "links"],
  ])("leaves as it is: %j", (text) => {
    expect(cardMarkdown(text)).toBe(text);
  });

  test.each([
    ["![A cat](https://example.com/cat.png)", "[A cat](https://example.com/cat.png)"],
    ['![](https://example.com/cat.png "Cat")', "[https://example.com/cat.png](https://example.com/cat.png)"],
    ["see <https://example.com/a>", "see [https://example.com/a](https://example.com/a)"],
    ["hello <at id=all></at>", "hello &#60;at id=all>&#60;/at>"],
    ["<font color='red'>x</font>", "&#60;font color='red'>x&#60;/font>"],
    ["- [ ] open\n- [x] done", "- ☐ open\n- ☑ done"],
    ["```\n<a>\n```\n<a>", "```\n<a>\n```\n&#60;a>"],
    ["> ```\n> <a>\n\n<a>", "> ```\n> <a>\n\n&#60;a>"],
    ["```<a>``", "```&#60;a>``"],
    ["\\`<a>`", "\\`&#60;a>`"],
    // Where code ends is not for sure: nobody is mentioned by mistake.
    ["`<at id=all></at>`", "`<\u200bat id=all><\u200b/at>`"],
    ["- x\n  ```\n<AT id=all>", "- x\n  ```\n<\u200bAT id=all>"],
    // An image that Feishu does not know costs the whole card.
    ["![plan](./plan.png)", "[plan](./plan.png)"],
    ["![a [b]](https://e.x/a.png) ![c][1]", "[a [b]](https://e.x/a.png) [c][1]"],
  ])("turns %j into %j", (text, wanted) => {
    expect(cardMarkdown(text)).toBe(wanted);
  });
});

test("what Feishu may refuse a card for is told in another way", () => {
  const table = "| a |\n|---|\n| 1 |";
  expect(hasTable(table)).toBe(true);
  expect(simplified(`${table}\n\n![own](img_v3_a) ![](img_v3_b)`)).toBe(`\`\`\`\n${table}\n\`\`\`\n\n[own] [image]`);
  expect(simplified("`![own](img_v3_a)` | b")).toBe("`![own](img_v3_a)` | b");
});

// Each of them held the process up for many seconds.
test.each([
  ["spaces", `${" ".repeat(400_000)}x`],
  ["images that begin", "![".repeat(400_000)],
  ["backticks", Array.from({ length: 1_400 }, (_, n) => "`".repeat(n + 1)).join("a")],
  ["line breaks", "\n".repeat(400_000)],
  ["one word", "x".repeat(8_000_000)],
])("an answer of nothing but %s is drawn in one walk", (_, text) => {
  const pages = cardPages(text);
  expect(pages.map(cardMarkdown)).toHaveLength(pages.length);
  expect(hasTable(text)).toBe(false);
});

describe("pages of a long answer", () => {
  const limits = { bytes: 2_000, tables: 2 };
  const long = Array.from({ length: 200 }, (_, n) => `Paragraph ${n}: 你好，世界 👋 "quoted" \\ and <tag>.`).join(
    "\n\n",
  );
  const words = (pages: string[]) => pages.join("\n").replace(/\s+/g, "");

  test.each(["", "short", "a\n\nb", "x".repeat(20_000)])("one page is enough for what fits", (text) => {
    expect(cardPages(text)).toEqual([text]);
  });

  test.each([
    ["paragraphs", long],
    ["one line", "你好".repeat(3_000)],
    ["emoji", "👋".repeat(3_000)],
    ["what JSON escapes twice", '"\\'.repeat(3_000)],
    ["tags", "<a>".repeat(2_000)],
  ])("loses nothing of %s, and each page fits a card", (_, text) => {
    const pages = cardPages(text, limits);
    expect(pages.length).toBeGreaterThan(2);
    expect(words(pages)).toBe(words([text]));
    for (const page of pages) {
      expect(Buffer.byteLength(JSON.stringify(JSON.stringify(cardMarkdown(page))))).toBeLessThan(limits.bytes + 50);
      expect(page.isWellFormed()).toBe(true);
    }
  });

  test("what stands on earlier pages stays while the text grows", () => {
    const whole = cardPages(long, limits);
    for (let length = 1; length < long.length; length += 37) {
      const pages = cardPages(long.slice(0, length), limits);
      expect(pages.slice(0, -1)).toEqual(whole.slice(0, pages.length - 1));
    }
  });

  test("a block of code is ended on its page and begun again on the next", () => {
    const code = Array.from({ length: 100 }, (_, n) => `const line${n} = ${n};`).join("\n");
    const pages = cardPages(`Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`, limits);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page.split("\n").filter((line) => line.startsWith("```"))).toHaveLength(2);
    expect(pages[1]).toMatch(/^```ts\nconst line/);
    expect(pages.at(-1)).toMatch(/```\n\nDone\.$/);
  });

  test("no page has more tables than Feishu draws, and none is torn from its head", () => {
    const table = (n: number) => `| head ${n} | b |\n|:--|--:|\n| 1 | 2 |`;
    const pages = cardPages([0, 1, 2, 3, 4].map(table).join("\n\n"), limits);
    expect(pages.map((page) => page.match(/head \d/g))).toEqual([
      ["head 0", "head 1"],
      ["head 2", "head 3"],
      ["head 4"],
    ]);
  });
});

test("a link that Feishu cannot open becomes its words, an image of some machine too; code stays", () => {
  const odd = "[a](file:///tmp/x(1).txt), [b](C:\\b.md), ![d](file:///d.png), [e](javascript:alert(1))";
  expect(cardMarkdown(odd)).toBe("a, b, d, e");
  expect(withoutOddLinks(odd)).toBe("a, b, d, e");
  const kept = "[x](https://a.example/(b)), [y](mailto:a@b.example), ![z](img_v3_x), `[a](file:///b)`";
  expect(cardMarkdown(kept)).toBe(kept);
  expect(withoutOddLinks(kept)).toBe(kept);
  expect(withoutImages("![z](img_v3_x) and `![z](img_v3_x)`")).toBe("[z] and `![z](img_v3_x)`");
  expect(simplified("![](img_v3_x) [y](mailto:a@b.example) [z](./z)")).toBe("[image] y z");
});

test("the pages of a text that grows are those of the whole text, at each step", () => {
  const table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
  const code = `\`\`\`ts\n${'const a = "<b>";\n'.repeat(40)}\`\`\`\n\n`;
  const text = `${table.repeat(6)}${"一行文字 👋\n".repeat(60)}${code.repeat(3)}${"word ".repeat(400)}\n\n${table.repeat(6)}`;
  const limits = { bytes: 700, tables: 2 };
  const growing = new GrowingPages();
  for (let end = 0; end <= text.length; end += 7) {
    const soFar = text.slice(0, end);
    expect(growing.of(soFar, limits)).toEqual(cardPages(soFar, limits));
  }
  expect(growing.of("another text", limits)).toEqual(["another text"]);
});

test("a step of a text that grows costs no more when it is long", () => {
  const line = "一行文字，有些长，还有些 `code` 在里面。\n";
  const costOf = (lines: number) => {
    const growing = new GrowingPages();
    let text = line.repeat(lines);
    growing.of(text, PAGE_LIMITS);
    const begin = performance.now();
    for (let step = 0; step < 40; step += 1) {
      text += line;
      growing.of(text, PAGE_LIMITS);
    }
    return performance.now() - begin;
  };
  const leastOf = (lines: number) => Math.min(...Array.from({ length: 5 }, () => costOf(lines)));
  costOf(1_500);
  const short = leastOf(1_500);
  // Thirty times as long: were each step as long as the text, this would be about thirty, too.
  expect(leastOf(45_000) / short).toBeLessThan(15);
});

test("only a mention of everybody becomes none", () => {
  const all = ['<at user_id="all">', "<at id=all/>", "<AT  user_id = 'all' name=\"x\">", '<at name="a" user_id="all">'];
  for (const mention of all) expect(withoutMentionOfAll(mention)).toBe(mention.replace("<", "<\u200b"));
  const others = '<at user_id="ou_all1"></at> at all <attachment name="all"> <b>all</b> <at id=allison>';
  expect(withoutMentionOfAll(others)).toBe(others);
});
