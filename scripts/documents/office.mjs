// Reads the text of Word documents, Excel workbooks and PowerPoint presentations.
import { Unreadable } from "./unreadable.mjs";
import { namesIn, pack, unpack } from "./zip.mjs";

const isXml = (name) => /\.(xml|rels)$/.test(name);

export async function readOffice(bytes, mostCharacters) {
  const names = new Set(namesIn(bytes));
  if (names.has("word/document.xml")) return readWord(unpack(bytes, isXml));
  if (names.has("xl/workbook.xml")) return readSheets(unpack(bytes, isXml), mostCharacters);
  if (names.has("ppt/presentation.xml")) return readSlides(unpack(bytes, isXml), mostCharacters);
  throw new Unreadable("archive");
}

async function readWord(entries) {
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth.extractRawText({ buffer: pack(entries) });
  return { text: value.replace(/\n{3,}/g, "\n\n"), isCut: false };
}

async function readSheets(entries, mostCharacters) {
  const { default: readWorkbook } = await import("read-excel-file/universal");
  const packed = pack(entries);
  const sheets = await readWorkbook(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length));
  let text = "";
  let isCut = false;
  for (const { sheet, data } of sheets) {
    text += `## ${sheet}\n`;
    for (const row of data) {
      isCut = text.length > mostCharacters;
      if (isCut) return { text, isCut };
      text += `${rowText(row)}\n`;
    }
    text += "\n";
  }
  return { text: sheets.some(({ data }) => data.length > 0) ? text : "", isCut };
}

const rowText = (row) => row.map(cellText).join("\t").trimEnd();

function cellText(value) {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, "");
  return String(value).replace(/[\t\r\n]+/g, " ");
}

const SLIDE = /^ppt\/slides\/slide(\d+)\.xml$/;

function readSlides(entries, mostCharacters) {
  const numberOf = (name) => Number(SLIDE.exec(name)?.[1]);
  const slides = [...entries.keys()].filter((name) => SLIDE.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
  let text = "";
  let words = "";
  for (const [index, name] of slides.entries()) {
    if (text.length > mostCharacters) return { text, pages: slides.length, isCut: true };
    const said = slideText(entries.get(name).toString("utf8"));
    words += said;
    text += `## ${index + 1}\n${said}\n\n`;
  }
  return { text: words === "" ? "" : text, pages: slides.length, isCut: false };
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function slideText(xml) {
  const paragraphs = xml.split("</a:p>").map((paragraph) => {
    const runs = [...paragraph.matchAll(/<a:t(?: [^>]*)?>([^<]*)<\/a:t>/g)].map((match) => match[1]);
    return runs.join("").replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ENTITIES[name]);
  });
  return paragraphs.filter((paragraph) => paragraph.trim() !== "").join("\n");
}
