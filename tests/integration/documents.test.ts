// What is read of the files that people send, and that no file can hold the process up.
import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MOST_CHARACTERS, readDocument } from "@/lib/documents/read-document";
import {
  cjkPdf,
  docxOf,
  formPdf,
  PNG,
  pdfFile,
  pdfOf,
  pdfStream,
  pptxOf,
  wordOf,
  wordParagraph,
  wordTable,
  xlsxOf,
  zipOf,
} from "@/tests/support/documents";

const read = async (bytes: Buffer, limitMs?: number) =>
  readDocument(bytes, "a file", limitMs === undefined ? {} : { limitMs });
const textOf = async (bytes: Buffer) => {
  const result = await read(bytes);
  return result.ok ? result.document.text : result.reason.code;
};
const MB = 1024 * 1024;

describe("documents are read", () => {
  test("PDF, page by page", async () => {
    const result = await read(pdfOf(["The first page", "and the second"]));
    expect(result).toMatchObject({ ok: true, document: { pages: 2, isCut: false } });
    expect(await textOf(pdfOf(["The first page", "and the second"]))).toBe("The first page\n\nand the second");
  });

  test("where its pages begin is known", async () => {
    const result = await read(pdfOf(["The first page", "", "and the third"]));
    expect(result).toMatchObject({ document: { pages: 3, pageStarts: [0, 14, 16] } });
  });

  test.each([
    ["UniGB-UCS2-H", "GB1", "4f60597d4e16754c", "你好世界"],
    ["GBK-EUC-H", "GB1", "c4e3bac3cac0bde7", "你好世界"],
    ["ETen-B5-H", "CNS1", "a741a66ea540acc9", "你好世界"],
    ["90ms-RKSJ-H", "Japan1", "93fa967b8cea", "日本語"],
    ["KSCms-UHC-H", "Korea1", "c7d1b1b9", "한국"],
  ] as const)("PDF in the encoding %s", async (encoding, ordering, hex, text) => {
    expect(await textOf(cjkPdf(encoding, ordering, hex))).toBe(text);
  });

  test("PDF with a form that was filled in", async () => {
    const ticked = "/Subtype/Widget/FT/Btn/V/Yes/AS/Yes/AP<</N<</Yes 5 0 R/Off 5 0 R>>>>";
    const open = "/Subtype/Widget/FT/Btn/V/Off/AS/Off/AP<</N<</Yes 5 0 R/Off 5 0 R>>>>";
    const form = formPdf(
      ["Name:", "I agree", "I do not"],
      [
        "/Subtype/Widget/FT/Tx/T(name)/V<FEFF5F204E09>/Rect[120 695 300 715]",
        `${ticked}/T(yes)/Rect[140 665 160 685]`,
        `${open}/T(no)/Rect[140 635 160 655]`,
        "/Subtype/Widget/FT/Ch/T(c)/TU(City)/Ff 131072/Opt[[(sh)(Shanghai)][(bj)(Beijing)]]/V(bj)/Rect[120 500 300 520]",
        "/Subtype/Widget/FT/Tx/T(secret)/V(hidden)/F 2/Rect[120 400 300 420]",
        "/Subtype/FreeText/Contents(Call back)/DA(/F1 12 Tf)/Rect[120 300 300 320]",
      ],
    );
    expect(await textOf(form)).toBe("Name: 张三\nI agree ☑\nI do not\nCity: Beijing\nCall back");
  });

  test("Word, Excel and PowerPoint", async () => {
    expect(await textOf(docxOf(["你好", "second paragraph"]))).toBe("你好\n\nsecond paragraph");
    const table = xlsxOf("Sales", [
      ["city", "sum"],
      ["上海", 12.5],
    ]);
    expect(await textOf(table)).toBe("## Sales\n\n| city | sum |\n| --- | --- |\n| 上海 | 12.5 |");
    expect(await textOf(pptxOf(["Plan &amp; goals", "Costs"]))).toBe("## 1\nPlan & goals\n\n## 2\nCosts");
  });

  test("Word with headings, tables with empty and merged cells, headers and footnotes, whatever its parts are called", async () => {
    const body = [
      wordParagraph("Plan", '<w:pStyle w:val="1"/>'),
      `<w:p><w:r><w:t>See</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
      wordTable([
        ["Name", "Phone", "City"],
        ["Ann", "", "a|b"],
        [{ text: "both", properties: '<w:gridSpan w:val="2"/>' }, "Paris"],
      ]),
      wordParagraph("first", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    ].join("");
    const document = wordOf(body, {
      main: "word/document2.xml",
      parts: {
        styles: '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>',
        header: wordParagraph("Confidential"),
        footnotes: `<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">${wordParagraph("As of May.")}</w:footnote>`,
        footer: wordParagraph("ACME"),
      },
    });
    const table = "| Name | Phone | City |\n| --- | --- | --- |\n| Ann |  | a\\|b |\n| both |  | Paris |";
    const parts = ["Confidential", "# Plan", "See[^2]", table, "- first", "[^2]: As of May.", "ACME"];
    expect(await textOf(document)).toBe(parts.join("\n\n"));
  });

  test("Excel with values as a person sees them", async () => {
    const times = xlsxOf("Times", [
      ["start", "", "length", "day", "share"],
      [{ value: 14.5 / 24, format: "h:mm" }, "", { value: 1.5, format: "[h]:mm" }, { value: 45_000, format: 14 }],
      [{ value: 0.5, format: 20 }, "", { value: 1.5, format: 46 }, { value: 45_000, format: 'm"月"d"日"' }, 0.1 + 0.2],
      ["", "", "", "", { value: 0.25, format: "0%" }],
    ]);
    const rows = [
      "| start | length | day | share |",
      "| --- | --- | --- | --- |",
      "| 14:30 | 36:00 | 2023-03-15 |  |",
      "| 12:00 | 36:00:00 | 3月15日 | 0.3 |",
      "|  |  |  | 25% |",
    ];
    expect(await textOf(times)).toBe(["## Times", "", ...rows].join("\n"));
  });

  test("only up to a length", async () => {
    const result = await read(docxOf(["x".repeat(MOST_CHARACTERS + 10)]));
    expect(result.ok && result.document.text.length).toBe(MOST_CHARACTERS);
    expect(result).toMatchObject({ document: { isCut: true } });
  });
});

describe("what cannot be read is said by its cause", () => {
  test.each([
    ["a PDF with a password", "encrypted", pdfOf(["secret"], { isEncrypted: true })],
    ["a scanned PDF", "noText", pdfOf(["", ""])],
    ["half a PDF", "broken", Buffer.from("%PDF-1.4\nnothing more")],
    ["half an archive", "broken", docxOf(["x"]).subarray(0, 200)],
    ["an archive with a password", "encrypted", zipOf([{ name: "word/document.xml", content: "", isEncrypted: true }])],
    ["any other archive", "archive", zipOf([{ name: "a.txt", content: "a" }])],
    ["an empty workbook", "noText", xlsxOf("Empty", [])],
    ["an old Office document", "oldFormat", Buffer.from("d0cf11e0a1b11ae100000000", "hex")],
    ["an image sent as a file", "imageAsFile", PNG],
    ["a program", "notText", Buffer.from("7f454c4602010100000000000000", "hex")],
    ["an empty file", "empty", Buffer.alloc(0)],
  ])("%s", async (_, why, bytes) => {
    expect(await read(bytes)).toEqual({ ok: false, reason: { code: `reading.${why}`, params: { name: "a file" } } });
  });
});

describe("a hostile file", () => {
  test("that unpacks to far more than it says is given up", async () => {
    const gigabyte = zipOf([
      { name: "word/document.xml", content: Buffer.alloc(120 * MB, "<w:p></w:p>"), claimedSize: 100 },
    ]);
    expect(gigabyte.length).toBeLessThan(MB);
    expect(await textOf(gigabyte)).toBe("reading.tooHeavy");
  });

  test("is unpacked no further than it is read", async () => {
    const zeros = Buffer.alloc(120 * MB);
    expect(await textOf(docxOf(["x"], [{ name: "word/numbering.xml", content: zeros }]))).toBe("x");
    const long = await read(wordOf(wordParagraph("words ").repeat(1_500_000)));
    expect(long).toMatchObject({ ok: true, document: { isCut: true } });
  });

  test("keeps the files of other bots waiting for no more than one of its own", async () => {
    const file = zipOf([{ name: "word/document.xml", content: "<w:p></w:p>".repeat(MB) }]);
    const order: string[] = [];
    const heavyOnes = ["1", "2", "3"].map((name) =>
      readDocument(file, name, { botId: "loud" }).then(() => order.push(`loud ${name}`)),
    );
    const honest = readDocument(docxOf(["honest"]), "a", { botId: "quiet" }).then(() => order.push("quiet"));
    await Promise.all([...heavyOnes, honest]);
    expect(order.indexOf("quiet")).toBeLessThan(order.indexOf("loud 2"));
  });

  test("that keeps its parser busy is given up in time, and the next one is read", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => [row, "words", "words"]);
    expect(await read(xlsxOf("Big", rows), 1)).toMatchObject({ reason: { code: "reading.tooSlow" } });
    expect(await textOf(docxOf(["still here"]))).toBe("still here");
  });

  test("a PDF that unpacks to far more than it says ends its thread", async () => {
    const zeros = deflateSync(deflateSync(Buffer.alloc(150 * MB, " "))).toString("latin1");
    const page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>";
    const bomb = pdfFile([
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      page,
      pdfStream(zeros, "/Filter[/FlateDecode/FlateDecode]"),
    ]);
    expect(bomb.length).toBeLessThan(39 * 1024);
    expect(await textOf(bomb)).toBe("reading.tooHeavy");
  });

  test("with elements named like what every object has is read all the same", async () => {
    const names = ["constructor", "__proto__", "toString", "valueOf"].map((name) => `<w:${name}/>`).join("");
    expect(await textOf(wordOf(`${names}${wordParagraph("here")}`))).toBe("here");
    expect(await textOf(zipOf([{ name: "constructor/document.xml", content: names }]))).toBe("reading.archive");
  });

  test("that is nested without end is given up, and the next one is read", async () => {
    expect(await textOf(wordOf("<w:tbl><w:tr><w:tc>".repeat(1_000_000)))).toBe("reading.tooHeavy");
    expect(await textOf(docxOf(["still here"]))).toBe("still here");
  });
});
