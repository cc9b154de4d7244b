import { deflateSync } from "node:zlib";
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

test.each([
  ["GB18030", "d0d5c3fb2cc4eac1e40ad5c5c8fd2c33300a", "姓名,年龄\n张三,30\n"],
  ["Big5", "a96da6572ca67ec4d60aa4fda470a9fa2c33300a", "姓名,年齡\n王小明,30\n"],
  ["Shift-JIS", "93fa967b8cea82cc95b68e9a97f1", "日本語の文字列"],
  ["windows-1252", "497492732047729adf65", "It’s Grœße".replace("œ", "š")],
  ["windows-1252 with an accent at the end", "636166e9", "café"],
  [
    "UTF-16 without a mark",
    Buffer.from("姓名,年龄\r\n张三,30\r\n", "utf16le").toString("hex"),
    "姓名,年龄\r\n张三,30\r\n",
  ],
  ["UTF-16 in the other order", Buffer.from("Prénom;Âge\n", "utf16le").swap16().toString("hex"), "Prénom;Âge\n"],
])("text that does not say its encoding is read in %s", (_, hex, words) => {
  expect(readPlainText(Buffer.from(hex, "hex"))).toEqual({ text: words, isCut: false, isDamaged: false });
});

const bad = (byte: number) => Buffer.from([byte]);
const gb = Buffer.from("c4e3bac3cac0bde7a3acd5e2cac7b5dad2bbd0d0a1a3", "hex"); // 你好世界，这是第一行。

test.each([
  ["a bad byte in UTF-8", Buffer.concat([Buffer.from("你好，"), bad(0xff), Buffer.from("世界")]), "你好，\ufffd世界"],
  ["a zero in UTF-8", Buffer.from("你好，世\0界，第一行"), "你好，世\ufffd界，第一行"],
  ["UTF-8 cut within its last character", Buffer.from("你好世界").subarray(0, -1), "你好世\ufffd"],
  ["UTF-8 cut within its first character", Buffer.from("你好世界").subarray(2), "\ufffd好世界"],
  [
    "a bad byte in GBK",
    Buffer.concat([gb, bad(0xff), Buffer.from("\n"), gb]),
    "你好世界，这是第一行。\ufffd\n你好世界，这是第一行。",
  ],
  ["GBK cut within its last character", gb.subarray(0, -1), "你好世界，这是第一行\ufffd"],
])("what is broken is replaced, and that is said: %s", (_, bytes, words) => {
  expect(readPlainText(bytes)).toEqual({ text: words, isCut: false, isDamaged: true });
});

test("what is no text is not taken for one", () => {
  expect(text(Buffer.from([0, 1, 2, 3]))).toBeUndefined();
  expect(text(Buffer.from([0xff, 0xff, 0xff]))).toBeUndefined();
  expect(
    text(deflateSync(Buffer.from(Array.from({ length: 5_000 }, (_, at) => `${at * 7919}`).join(" ")))),
  ).toBeUndefined();
});

test("a long text is cut between characters", () => {
  const long = readPlainText(Buffer.from("世".repeat(400_000)));
  expect(long?.isCut).toBe(true);
  expect(long?.text).toMatch(/^世+$/);
  expect(long?.isDamaged).toBe(false);
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
