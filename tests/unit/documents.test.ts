import { expect, test } from "vitest";
import { readPlainText } from "@/lib/documents/plain-text";
import { sniff } from "@/lib/documents/sniff";
import { PNG, pdfOf, zipOf } from "@/tests/support/documents";

const text = (bytes: Buffer) => readPlainText(bytes)?.text;
const utf16 = (words: string) => Buffer.from(`\ufeff${words}`, "utf16le");

test("text is read in UTF-8, UTF-16 and GB18030", () => {
  expect(text(Buffer.from("héllo, 世界"))).toBe("héllo, 世界");
  expect(text(Buffer.from("\ufeffmarked"))).toBe("marked");
  expect(text(utf16("世界"))).toBe("世界");
  expect(text(utf16("世界").swap16())).toBe("世界");
  expect(text(Buffer.from("c4e3bac3cac0bde7", "hex"))).toBe("你好世界");
});

test("what is no text is not taken for one", () => {
  expect(text(Buffer.from([0, 1, 2, 3]))).toBeUndefined();
  expect(text(Buffer.from([0xff, 0xff, 0xff]))).toBeUndefined();
});

test("a long text is cut between characters", () => {
  const long = readPlainText(Buffer.from("世".repeat(400_000)));
  expect(long?.isCut).toBe(true);
  expect(long?.text).toMatch(/^世+$/);
});

test.each([
  ["image/png", PNG],
  ["image/jpeg", Buffer.from("ffd8ffe000104a464946", "hex")],
  ["image/gif", Buffer.from("GIF89a")],
  ["image/webp", Buffer.from("RIFF\0\0\0\0WEBPVP8 ")],
])("an image is known by how it begins: %s", (mediaType, bytes) => {
  expect(sniff(bytes)).toEqual({ kind: "image", mediaType });
});

test.each([
  ["pdf", pdfOf(["x"])],
  ["zip", zipOf([])],
  ["rtf", Buffer.from("{\\rtf1")],
  ["oldOffice", Buffer.from("d0cf11e0a1b11ae1", "hex")],
  [
    "encryptedOffice",
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("EncryptedPackage", "utf16le")]),
  ],
  ["other", Buffer.from("words")],
  ["other", Buffer.alloc(0)],
])("a document is known by how it begins: %s", (kind, bytes) => {
  expect(sniff(bytes)).toEqual({ kind });
});
