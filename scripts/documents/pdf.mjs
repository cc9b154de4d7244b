// Reads the text of a PDF, page by page.
import { getDocumentProxy } from "unpdf";
import { Unreadable } from "./unreadable.mjs";

const MOST_PAGES = 500;

export async function readPdf(bytes, mostCharacters) {
  const pdf = await open(bytes);
  let text = "";
  let page = 0;
  while (page < Math.min(pdf.numPages, MOST_PAGES) && text.length <= mostCharacters) {
    page += 1;
    text += `${await textOf(pdf, page)}\n\n`;
  }
  return { text, pages: pdf.numPages, isCut: page < pdf.numPages };
}

async function open(bytes) {
  try {
    return await getDocumentProxy(bytes, { verbosity: 0 });
  } catch (error) {
    throw new Unreadable(error?.name === "PasswordException" ? "encrypted" : "broken");
  }
}

async function textOf(pdf, number) {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.map(({ str = "", hasEOL }) => (hasEOL ? `${str}\n` : str)).join("");
}
