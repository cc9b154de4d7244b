// Cards that somebody made to do harm, or that are broken: read within bounds, and never a reason to throw.
import { describe, expect, test } from "vitest";
import { readMessage } from "@/lib/feishu/message";

const readContent = (content: string) => readMessage({ message: { message_type: "interactive", content } }, "ou_bot");
const textOf = (content: unknown) => readContent(JSON.stringify(content)).text;

const plain = (content: string) => ({ tag: "plain_text", content });
const cardOf = (...elements: unknown[]) => ({ schema: "2.0", body: { elements } });

describe("a card of an odd shape", () => {
  test.each([
    ['{"tag":"form","elements":[', "]}"],
    ['{"tag":"div","text":', "}"],
    ['{"tag":"hologram","title":', "}"],
    ["[", "]"],
    ['{"text":', "}"],
  ])("nested deeply in %s", (open, close) => {
    for (const depth of [1_000, 100_000]) {
      const inner = `${open.repeat(depth)}"end"${close.repeat(depth)}`;
      expect(readContent(`{"title":"begin","elements":[[${inner}]]}`).text).toContain("begin");
      expect(typeof readContent(JSON.stringify({ user_dsl: `{"header":{"title":${inner}}}` })).text).toBe("string");
      expect(typeof readContent(`{"type":"template","data":{"template_variable":{"a":${inner}}}}`).text).toBe("string");
    }
  });

  test.each([
    ["many elements", { tag: "form", elements: Array.from({ length: 100_000 }, () => plain("x")) }],
    ["a huge text", plain("<at ".repeat(200_000))],
    [
      "many rows",
      {
        tag: "table",
        columns: Array.from({ length: 200 }, (_, at) => ({ name: `c${at}` })),
        rows: Array.from({ length: 5_000 }, () => ({ c0: [1, 2] })),
      },
    ],
    [
      "many mentions",
      { tag: "form", elements: Array.from({ length: 9_000 }, (_, at) => ({ tag: "at", user_id: `ou_${at}` })) },
    ],
  ])("within bounds: %s", (_, element) => {
    const text = textOf(cardOf(plain("begin"), element));
    expect(text).toContain("begin");
    expect(text.length).toBeLessThan(60_000);
  });

  test.each([["constructor"], ["__proto__"], ["toString"], ["hasOwnProperty"], ["prototype"]])(
    "an element called %s is one like any other",
    (tag) => {
      const element = JSON.parse(
        `{"tag":"${tag}","${tag}":{"${tag}":1},"text":"words","options":"no list","elements":{"0":1}}`,
      );
      expect(textOf(cardOf(element))).toBe("words");
      expect(textOf({ type: "template", data: { template_variable: JSON.parse(`{"${tag}":"filled"}`) } })).toBe(
        `${tag}: filled`,
      );
    },
  );

  test("never throws, whatever it is given", () => {
    const odd: unknown[] = [null, 1, "x", [], [[]], {}, { tag: null }, true];
    const tags = [
      "div",
      "table",
      "chart",
      "column_set",
      "select_static",
      "list",
      "code_block",
      "at",
      "a",
      "button",
      "note",
      "action",
      "form",
      "input",
      "local_datetime",
      "heading",
      "person_list",
      "img_combination",
      "overflow",
    ];
    const names = [
      "text",
      "elements",
      "columns",
      "rows",
      "options",
      "fields",
      "items",
      "content",
      "header",
      "title",
      "behaviors",
      "persons",
      "chart_spec",
      "url",
      "contents",
      "actions",
      "label",
      "level",
    ];
    for (const tag of tags) {
      for (const name of names)
        for (const value of odd) expect(typeof textOf(cardOf({ tag, [name]: value }))).toBe("string");
    }
    for (const key of [
      "header",
      "body",
      "elements",
      "title",
      "user_dsl",
      "json_card",
      "data",
      "i18n_elements",
      "i18n_header",
    ]) {
      for (const value of odd) expect(typeof textOf({ type: "template", [key]: value })).toBe("string");
      for (const value of odd) expect(typeof textOf({ [key]: value })).toBe("string");
    }
  });
});
