// Reads the text of a PDF, page by page, with what was filled into its form.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { getDocumentProxy } from "unpdf";
import { limitArrays } from "./memory.mjs";
import { filledIn, withFilledIn } from "./pdf-form.mjs";
import { Unreadable } from "./unreadable.mjs";

const MOST_PAGES = 500;

/** `pageStarts` says at which character of the text each page that was read begins. */
export async function readPdf(bytes, mostCharacters) {
  limitArrays();
  const pdf = await open(bytes);
  const pageStarts = [];
  let text = "";
  while (pageStarts.length < Math.min(pdf.numPages, MOST_PAGES) && text.length <= mostCharacters) {
    const page = await textOf(pdf, pageStarts.length + 1);
    if (page !== "" && text !== "") text += "\n\n";
    pageStarts.push(text.length);
    text += page;
  }
  return { text, pages: pdf.numPages, pageStarts, isCut: pageStarts.length < pdf.numPages };
}

async function open(bytes) {
  try {
    return await getDocumentProxy(bytes, { verbosity: 0, BinaryDataFactory: InstalledData });
  } catch (error) {
    throw new Unreadable(error?.name === "PasswordException" ? "encrypted" : "broken");
  }
}

const FOLDERS = { cMapUrl: "cmaps", standardFontDataUrl: "standard_fonts", wasmUrl: "wasm" };

/** What the bundle in unpdf (1.7) leaves out, and would fetch as a browser does: character maps of CJK fonts, and fonts. */
class InstalledData {
  #folder = path.dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));

  async fetch({ kind, filename }) {
    return new Uint8Array(await readFile(path.join(this.#folder, FOLDERS[kind], path.basename(filename))));
  }
}

async function textOf(pdf, number) {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  const text = withFilledIn(items, filledIn(await page.getAnnotations()));
  page.cleanup();
  return text.replace(/\r\n?/g, "\n").trim();
}
