import { describe, expect, test } from "vitest";
import { cardMarkdown, cardPages } from "@/lib/feishu/card-markdown";

describe("Markdown for a card", () => {
  test.each([
    ["# Title\n\n- one\n- **two**\n\n1. first\n\n> said", "the usual"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "tables"],
    ["```html\n<at id=all></at> ![x](https://e.x/a.png)\n```", "blocks of code"],
    ["~~~\n```\n<b>\n~~~", "a fence within a fence"],
    ["the tag `<at id=all>` and ``a ` <b>``", "code within a line"],
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
  ])("turns %j into %j", (text, wanted) => {
    expect(cardMarkdown(text)).toBe(wanted);
  });
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
