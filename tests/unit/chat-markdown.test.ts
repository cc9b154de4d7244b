import { describe, expect, test } from "vitest";
import { type Block, parseMarkdown } from "@/app/_components/chat/markdown-blocks";
import { type Inline, parseInline } from "@/app/_components/chat/markdown-inline";

/** The tree in a short form: kinds and words. */
const inline = (nodes: readonly Inline[]): unknown[] =>
  nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (node.kind === "code" || node.kind === "tag") return [node.kind, node.text];
    if (node.kind === "image") return ["image", node.key, node.alt];
    if (node.kind === "at") return ["at", node.id, node.name];
    if (node.kind === "break") return "\n";
    const target = node.kind === "link" ? [node.href] : node.kind === "colour" ? [node.colour] : [];
    return [node.kind, ...target, ...inline(node.children)];
  });

const block = (blocks: readonly Block[]): unknown[] => blocks.map(blockTree);

function blockTree(each: Block): unknown {
  if (each.kind === "paragraph") return inline(each.children);
  if (each.kind === "heading") return [`h${each.level}`, ...inline(each.children)];
  if (each.kind === "code") return ["code", each.language, each.text];
  if (each.kind === "quote") return ["quote", ...block(each.blocks)];
  if (each.kind === "list") {
    return [each.start ?? "list", ...each.items.map(({ checked, blocks: inner }) => [checked, ...block(inner)])];
  }
  if (each.kind === "rule") return "rule";
  const cells = (row: Extract<Block, { kind: "table" }>["head"]) => row.map(({ children }) => inline(children));
  return ["table", cells(each.head), ...each.rows.map((row) => cells(row.cells))];
}

describe("words", () => {
  test.each<[string, unknown[]]>([
    ["a **b** *c* ~~d~~ `e*`", ["a ", ["strong", "b"], " ", ["em", "c"], " ", ["strike", "d"], " ", ["code", "e*"]]],
    ["***both***", [["strong", ["em", "both"]]]],
    ["2 * 3 * 4 and snake_case_name", ["2 * 3 * 4 and snake_case_name"]],
    ["\\*not\\*", ["*not*"]],
    ["[**go**](https://a.example/x_(y))", [["link", "https://a.example/x_(y)", ["strong", "go"]]]],
    ["see https://a.example/b。好", ["see ", ["link", "https://a.example/b", "https://a.example/b"], "。好"]],
    ["![a cat](img_v3_1)", [["image", "img_v3_1", "a cat"]]],
    [
      "<at id=ou_1></at> <font color='red'>no **way**</font>",
      [["at", "ou_1", ""], " ", ["colour", "red", "no ", ["strong", "way"]]],
    ],
    ["**unfinished", ["**unfinished"]],
    ["a\nb", ["a", "\n", "b"]],
  ])("%s", (source, tree) => {
    expect(inline(parseInline(source))).toEqual(tree);
  });

  test("a link leads only where a browser runs nothing", () => {
    const hrefs = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example"];
    for (const href of hrefs) {
      expect(JSON.stringify(parseInline(`[x](${href}) <link url="${href}">x</link>`))).not.toContain('"link"');
    }
  });

  test("any other tag stays what it is: words", () => {
    expect(inline(parseInline('<img src=x onerror="alert(1)"><script>1</script>'))).toEqual([
      '<img src=x onerror="alert(1)"><script>1</script>',
    ]);
  });
});

describe("blocks", () => {
  test.each<[string, unknown[]]>([
    ["# One\nwords\n\nmore", [["h1", "One"], ["words"], ["more"]]],
    ["```ts\nlet a;\n```\nafter", [["code", "ts", "let a;"], ["after"]]],
    ["```\nstill growing", [["code", "", "still growing"]]],
    ["> a\n> - b", [["quote", ["a"], ["list", [undefined, ["b"]]]]]],
    ["- a\n  - b\n- c", [["list", [undefined, ["a"], ["list", [undefined, ["b"]]]], [undefined, ["c"]]]]],
    ["3. a\n4. b", [[3, [undefined, ["a"]], [undefined, ["b"]]]]],
    ["- [x] done\n- [ ] open", [["list", [true, ["done"]], [false, ["open"]]]]],
    ["a | b\n--|:-:\n1 | `|`", [["table", [["a"], ["b"]], [["1"], ["`"], ["`"]]]]],
    ["It was in\n2024. A good year", [["It was in", "\n", "2024. A good year"]]],
    ["a\n\n---\nb", [["a"], "rule", ["b"]]],
  ])("%s", (source, tree) => {
    expect(block(parseMarkdown(source))).toEqual(tree);
  });

  // A stranger's text, or a model that repeats itself, must not hold the page up: a parser that goes back over it would run into the test's time limit.
  test.each(["[", "**a ", "<font>", "> ", "- ", "`", "|-", "# #", " x ", "[a](", "*", "_a_", "http://)"])(
    "a hundred thousand characters of “%s” are read",
    (part) => {
      expect(parseMarkdown(part.repeat(100_000 / part.length))).toBeDefined();
      expect(parseMarkdown(`${part.repeat(2_000)}\n`.repeat(10))).not.toEqual([]);
    },
  );
});
