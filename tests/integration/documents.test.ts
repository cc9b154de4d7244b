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
    expect(await textOf(table)).toBe("## Sales\ncity\tsum\n上海\t12.5");
    expect(await textOf(pptxOf(["Plan &amp; goals", "Costs"]))).toBe("## 1\nPlan & goals\n\n## 2\nCosts");
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
  test("that unpacks to far more than it says is given up before a parser sees it", async () => {
    const zeros = Buffer.alloc(120 * MB);
    const bomb = docxOf(["x"], [{ name: "word/styles.xml", content: zeros, claimedSize: 100 }]);
    expect(bomb.length).toBeLessThan(MB);
    expect(await textOf(bomb)).toBe("reading.tooHeavy");
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

  test("that takes all the memory of its thread ends that thread alone", async () => {
    const deep = docxOf(
      ["x"],
      [{ name: "word/numbering.xml", content: `<w:a>${"<w:b c='d'/>".repeat(4_000_000)}</w:a>` }],
    );
    expect(["reading.tooHeavy", "reading.broken", "reading.tooSlow"]).toContain(await textOf(deep));
    expect(await textOf(docxOf(["still here"]))).toBe("still here");
  });
});
