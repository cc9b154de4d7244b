// Cards as people see them, in each form in which Feishu delivers them.
import { describe, expect, test } from "vitest";
import { readMessage } from "@/lib/feishu/message";

const PLACEHOLDER = "请升级至最新版本客户端，以查看内容";
type Mentions = NonNullable<NonNullable<Parameters<typeof readMessage>[0]["message"]>["mentions"]>;

const read = (content: unknown, mentions: Mentions = []) =>
  readMessage({ message: { message_type: "interactive", content: JSON.stringify(content), mentions } }, "ou_bot");
const textOf = (content: unknown) => read(content).text;

const plain = (content: string) => ({ tag: "plain_text", content });
const v1 = (...elements: unknown[]) => ({ elements });
const v2 = (...elements: unknown[]) => ({ schema: "2.0", body: { elements } });
const placeholderWith = (card: unknown) => ({
  title: "告警",
  elements: [[{ tag: "img", image_key: "img_1" }], [{ tag: "text", text: PLACEHOLDER }]],
  user_dsl: JSON.stringify(card),
});

describe("reading a card", () => {
  test("as Feishu renders it: title, texts, links and buttons", () => {
    const card = {
      title: "告警",
      elements: [
        [
          { tag: "text", text: "CPU 95% on " },
          { tag: "a", href: "https://g.example/1", text: "web-3" },
        ],
        [
          { tag: "button", text: "静默" },
          { tag: "button", text: "打开", url: "https://g.example/2" },
        ],
        [{ tag: "hr" }],
        [{ tag: "note", elements: [{ tag: "text", text: "by Prometheus" }] }],
      ],
    };
    expect(textOf(card)).toBe(
      "**告警**\nCPU 95% on [web-3](https://g.example/1)\n[静默] [打开](https://g.example/2)\n---\nby Prometheus",
    );
  });

  test("as it was written, before what Feishu put in its place", () => {
    const card = {
      schema: "2.0",
      header: {
        title: plain("Disk full"),
        subtitle: plain("web-3"),
        text_tag_list: [{ tag: "text_tag", text: plain("P1") }],
      },
      body: { elements: [{ tag: "markdown", content: "**95 %** <font color='red'>used</font>" }] },
    };
    expect(textOf(placeholderWith(card))).toBe("**Disk full** P1\nweb-3\n**95 %** used");
    expect(textOf({ ...placeholderWith(card), user_dsl: card })).toContain("**95 %** used");
  });

  test.each([
    [
      "div with fields",
      { tag: "div", text: plain("Leave"), fields: [{ text: plain("Ann") }, { text: plain("2 days") }] },
      "Leave\nAnn\n2 days",
    ],
    [
      "div with an extra",
      {
        tag: "div",
        text: plain("Leave"),
        extra: { tag: "button", text: plain("Open"), multi_url: { url: "https://a.example" } },
      },
      "Leave\n[Open](https://a.example)",
    ],
    ["note", { tag: "note", elements: [{ tag: "img", alt: plain("logo") }, plain("by HR")] }, "[image: logo] by HR"],
    [
      "columns",
      {
        tag: "column_set",
        columns: [
          { tag: "column", elements: [plain("CPU")] },
          { tag: "column", elements: [plain("95 %")] },
        ],
      },
      "CPU | 95 %",
    ],
    [
      "buttons of a row",
      {
        tag: "action",
        actions: [
          { tag: "button", text: plain("Yes") },
          { tag: "button", text: plain("No") },
        ],
      },
      "[Yes] [No]",
    ],
    [
      "button that opens an address",
      {
        tag: "button",
        text: plain("Go"),
        behaviors: [
          { type: "callback", value: {} },
          { type: "open_url", default_url: "https://b.example" },
        ],
      },
      "[Go](https://b.example)",
    ],
    [
      "select",
      {
        tag: "select_static",
        placeholder: plain("Room"),
        initial_option: "b",
        options: [
          { text: plain("A"), value: "a" },
          { text: plain("B"), value: "b" },
        ],
      },
      "Room: A / ✓ B",
    ],
    [
      "overflow",
      { tag: "overflow", options: [{ text: plain("Edit") }, { text: plain("Docs"), url: "https://c.example" }] },
      "[Edit] [Docs](https://c.example)",
    ],
    [
      "form",
      {
        tag: "form",
        elements: [
          { tag: "input", label: plain("Why:"), placeholder: plain("a reason") },
          { tag: "input", label: plain("Days"), default_value: "2" },
          { tag: "date_picker", initial_date: "2025-01-02" },
          { tag: "checker", checked: true, text: plain("Paid") },
        ],
      },
      "Why: [a reason]\nDays: 2\n2025-01-02\n- [x] Paid",
    ],
    [
      "panel",
      { tag: "collapsible_panel", header: { title: plain("More") }, elements: [plain("inside")] },
      "**More**\ninside",
    ],
    ["container", { tag: "interactive_container", elements: [{ tag: "markdown", content: "press me" }] }, "press me"],
    ["something new", { tag: "hologram", title: plain("Hi"), elements: [plain("there")] }, "Hi\nthere"],
    ["person", { tag: "person", user_id: "ou_ann" }, "ou_ann"],
    [
      "chart",
      { tag: "chart", chart_spec: { title: { text: "Sales" }, data: { values: [{ x: "Jan", y: 3 }] } } },
      "[chart: Sales]\nJan: 3",
    ],
    [
      "words in two languages",
      { tag: "div", text: { tag: "plain_text", i18n: { en_us: "Hello", zh_cn: "你好" } } },
      "你好",
    ],
    [
      "a text with ticks",
      { tag: "code_block", language: "go", contents: [{ contents: [{ content: "a := 1\n" }] }] },
      "```go\na := 1\n```",
    ],
  ])("%s", (_, element, expected) => {
    expect(textOf(v1(element))).toBe(expected);
    expect(textOf(v2(element))).toBe(expected);
    expect(textOf(placeholderWith(v2(element)))).toBe(expected);
  });

  test("a table's cells, whatever is in them", () => {
    const table: Record<string, unknown> = {
      tag: "table",
      columns: [
        { name: "who", display_name: "Who" },
        { name: "state", display_name: "State", data_type: "options" },
        { name: "cost", data_type: "number", format: { symbol: "¥" } },
        { name: "constructor", display_name: "Note", data_type: "lark_md" },
      ],
      rows: [
        {
          who: "Ann | Bo",
          state: [{ text: "open" }, { text: "late" }],
          cost: 12.5,
          constructor: "see\n[it](https://d.example)",
        },
        { who: { data: "Cy" }, state: null },
      ],
    };
    expect(textOf(v2(table))).toBe(
      [
        "| Who | State | cost | Note |",
        "| --- | --- | --- | --- |",
        "| Ann \\| Bo | open, late | ¥12.5 | see [it](https://d.example) |",
        "| Cy |  |  |  |",
      ].join("\n"),
    );
  });

  test("a template by what is filled into it", () => {
    const data = {
      template_id: "AAq",
      template_variable: { host: "web-3", load: 95, tags: [{ name: "prod" }], link: { url: "https://e.example" } },
    };
    expect(textOf({ type: "template", data })).toBe("host: web-3\nload: 95\ntags: name: prod\nlink: https://e.example");
    expect(read({ type: "template", data: { template_id: "AAq" } })).toMatchObject({
      text: "[interactive]",
      unreadCard: { title: "" },
    });
  });

  test("in the language that it is written in", () => {
    const card = {
      i18n_header: { en_us: { title: plain("Hello") }, zh_cn: { title: plain("你好") } },
      i18n_elements: { zh_cn: [plain("正文")], en_us: [plain("Body")] },
    };
    expect(textOf(card)).toBe("**你好**\n正文");
    expect(textOf({ en_us: { header: { title: plain("Hello") }, elements: [plain("Body")] } })).toBe("**Hello**\nBody");
  });

  test("in the form of a client: elements with properties, and the names beside them", () => {
    const card = {
      header: { property: { title: { property: { content: "Title" } } } },
      body: {
        property: {
          elements: [
            { tag: "text", property: { content: "hello " } },
            { tag: "person", property: { userID: "p1" } },
            {
              tag: "button",
              property: {
                text: { property: { content: "Open" } },
                actions: [{ type: "open_url", action: { url: "https://f.example" } }],
              },
            },
            {
              tag: "list",
              property: {
                items: [
                  { type: "ul", level: 0, elements: [{ tag: "text", property: { content: "one" } }] },
                  { type: "ol", level: 1, order: 2, elements: [{ tag: "text", property: { content: "two" } }] },
                ],
              },
            },
            { tag: "div", property: { text: { tag: "at", property: { userID: "a1" } } } },
          ],
        },
      },
    };
    const json_attachment = JSON.stringify({
      persons: { p1: { content: "Ann" } },
      at_users: { a1: { content: "MyBot", user_id: "1", mention_key: "@_user_1" } },
    });
    const found = read({ json_card: JSON.stringify(card), json_attachment }, [
      { key: "@_user_1", name: "MyBot", id: { open_id: "ou_bot" } },
    ]);
    expect(found).toMatchObject({ mentionsBot: true });
    expect(found.text).toBe("**Title**\nhello \nAnn\n[Open](https://f.example)\n- one\n  2. two");
  });

  test("who is mentioned in it, listed or not", () => {
    const at = { tag: "at", user_id: "ou_bot", mention_key: "@_user_1" };
    const card = {
      elements: [[at, { tag: "text", text: " deploy it, " }, { tag: "at", user_id: "ou_ann", user_name: "Ann" }]],
    };
    expect(read(card, [{ key: "@_user_1", name: "MyBot", id: { open_id: "ou_bot" } }])).toEqual({
      text: "deploy it, @Ann",
      mentionsBot: true,
      mentionsAll: false,
    });
    expect(read(card)).toMatchObject({ text: "deploy it, @Ann", mentionsBot: true });
    const markdown = v2({
      tag: "markdown",
      content: '<at id=ou_bot></at> and <at ids="ou_x,ou_y"></at> <at id=all></at> go',
    });
    expect(read(placeholderWith(markdown))).toEqual({
      text: "and @ou_x @ou_y @all go",
      mentionsBot: true,
      mentionsAll: true,
    });
    expect(read({ elements: [[{ tag: "at_all" }]] })).toMatchObject({ text: "@all", mentionsAll: true });
  });

  test("as unread where Feishu gives nothing but a placeholder", () => {
    const { user_dsl: _, ...placeholder } = placeholderWith({});
    for (const content of [placeholder, { ...placeholder, user_dsl: "{" }, { ...placeholder, user_dsl: "{}" }]) {
      expect(read(content)).toEqual({
        text: "[interactive] 告警",
        mentionsBot: false,
        mentionsAll: false,
        unreadCard: { title: "告警" },
      });
    }
    expect(
      read({
        title: null,
        elements: [[{ tag: "text", text: "Please upgrade to the latest version of Lark to view this content" }]],
      }),
    ).toMatchObject({ unreadCard: { title: "" } });
    expect(read({ type: "card", data: { card_id: "7" } })).toMatchObject({ unreadCard: { title: "" } });
    expect(read({ title: "T", elements: [[{ tag: "text", text: `Do as I say: ${PLACEHOLDER}` }]] })).not.toHaveProperty(
      "unreadCard",
    );
  });
});
