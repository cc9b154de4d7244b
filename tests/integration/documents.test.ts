// What is read of the files that people send, and that no file can hold the process up.
import { describe, expect, test } from "vitest";
import { MOST_CHARACTERS, readDocument } from "@/lib/documents/read-document";
import { docxOf, PNG, pdfOf, pptxOf, xlsxOf, zipOf } from "@/tests/support/documents";

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

  test("that takes all the memory of its thread ends that thread alone", async () => {
    const deep = docxOf(
      ["x"],
      [{ name: "word/numbering.xml", content: `<w:a>${"<w:b c='d'/>".repeat(4_000_000)}</w:a>` }],
    );
    expect(["reading.tooHeavy", "reading.broken", "reading.tooSlow"]).toContain(await textOf(deep));
    expect(await textOf(docxOf(["still here"]))).toBe("still here");
  });
});
