// Makes small documents as Office programs and printers do, and archives that lie, for tests.
import { crc32, deflateRawSync } from "node:zlib";

type Entry = {
  name: string;
  content: Buffer | string;
  /** What the headers say that it grows to, whatever is true. */
  claimedSize?: number;
  isEncrypted?: boolean;
};

export function zipOf(entries: Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, claimedSize, isEncrypted } of entries) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isEncrypted ? 1 : 0, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedSize ?? plain.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    parts.push(local);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), fields, place, Buffer.from(name));
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\x05\x06"), end]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";

const relations = (list: { id: string; type: string; target: string }[]): string =>
  `${XML}<Relationships xmlns="${RELATIONS}">${list
    .map(({ id, type, target }) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join("")}</Relationships>`;

const contentTypes = (main: string, type: string): string =>
  `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/${main}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;

export function docxOf(paragraphs: string[], more: Entry[] = []): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`).join("");
  return zipOf([
    { name: "[Content_Types].xml", content: contentTypes("word/document.xml", "wordprocessingml.document") },
    { name: "_rels/.rels", content: relations([{ id: "r1", type: "officeDocument", target: "word/document.xml" }]) },
    {
      name: "word/document.xml",
      content: `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
    ...more,
  ]);
}

const SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

export function xlsxOf(name: string, rows: (string | number)[][]): Buffer {
  const cell = (value: string | number, column: number, row: number) => {
    const place = `${String.fromCharCode(65 + column)}${row + 1}`;
    return typeof value === "number"
      ? `<c r="${place}"><v>${value}</v></c>`
      : `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  };
  const data = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, c, r)).join("")}</row>`);
  return zipOf([
    { name: "[Content_Types].xml", content: contentTypes("xl/workbook.xml", "spreadsheetml.sheet") },
    { name: "_rels/.rels", content: relations([{ id: "r1", type: "officeDocument", target: "xl/workbook.xml" }]) },
    {
      name: "xl/workbook.xml",
      content: `${XML}<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="${name}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: relations([{ id: "r1", type: "worksheet", target: "worksheets/sheet1.xml" }]),
    },
    {
      name: "xl/worksheets/sheet1.xml",
      content: `${XML}<worksheet xmlns="${SHEET}"><sheetData>${data.join("")}</sheetData></worksheet>`,
    },
  ]);
}

export function pptxOf(slides: string[]): Buffer {
  const slide = (text: string) => `${XML}<p:sld><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;
  return zipOf([
    { name: "ppt/presentation.xml", content: XML },
    ...slides.map((text, index) => ({ name: `ppt/slides/slide${index + 1}.xml`, content: slide(text) })),
  ]);
}

type PdfOptions = { isEncrypted?: boolean };

/** One page for each text; an empty one makes a page with nothing on it, as a scanner does. */
export function pdfOf(texts: string[], { isEncrypted = false }: PdfOptions = {}): Buffer {
  const pages = texts.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${pages}]/Count ${texts.length}>>`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ...texts.flatMap((text, index) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents ${5 + index * 2} 0 R>>`,
      pdfStream(text === "" ? "" : `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`),
    ]),
  ];
  const locked = `/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${"41".repeat(32)}>/U<${"42".repeat(32)}>>>/ID[<01><01>]`;
  return pdfFile(objects, isEncrypted ? locked : "");
}

/** `content` in Latin-1. */
export const pdfStream = (content: string, more = ""): string =>
  `<</Length ${content.length}${more}>>stream\n${content}\nendstream`;

/** The first object is the catalog. */
export function pdfFile(objects: string[], trailer = ""): Buffer {
  let file = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj${object}endobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(file, "latin1");
}

/** As programs in East Asia print: the font is not embedded, and its text is in an encoding that a reader has to know. */
export function cjkPdf(encoding: string, ordering: "GB1" | "CNS1" | "Japan1" | "Korea1", hex: string): Buffer {
  const font = `/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 0>>`;
  return pdfFile([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[4 0 R]/Count 1>>",
    `<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/${encoding}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0${font}/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>>>]>>`,
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
    pdfStream(`BT /F1 12 Tf 72 700 Td <${hex}> Tj ET`),
  ]);
}

/** Words on a page, 30 points below each other, and what is filled in on it. */
export function formPdf(words: string[], fields: string[]): Buffer {
  const numbers = fields.map((_, index) => `${6 + index} 0 R`).join(" ");
  return pdfFile([
    `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${numbers}]/DA(/F1 12 Tf)>>>>`,
    "<</Type/Pages/Kids[4 0 R]/Count 1>>",
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R/Annots[${numbers}]>>`,
    pdfStream(`BT /F1 12 Tf 72 700 Td ${words.map((word) => `(${word}) Tj 0 -30 Td`).join(" ")} ET`),
    ...fields.map((field) => `<</Type/Annot/P 4 0 R${field}>>`),
  ]);
}

/** The smallest image that there is. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
