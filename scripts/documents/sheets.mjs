// Reads an Excel workbook as Markdown: a heading and a table for each sheet, values as a person sees them.
import { formatterOf } from "./cell-format.mjs";
import { tableOf } from "./markdown.mjs";
import { relationsOf } from "./package.mjs";
import { readXml, relationIn } from "./xml.mjs";

export async function readSheets(zip, part, mostCharacters) {
  const relations = await relationsOf(zip, part);
  const target = (type) => relations.find((one) => one.type === type)?.target;
  const { sheets, is1904 } = await workbookIn(zip, part);
  const shown = await formatterOf(zip, target("styles"), is1904);
  const strings = await stringsIn(zip, target("sharedStrings"));
  let text = "";
  let isEmpty = true;
  for (const { name, id } of sheets) {
    const place = relations.find((one) => one.id === id)?.target;
    if (place === undefined) continue;
    const left = mostCharacters - text.length;
    if (left < 0) return { text, isCut: true };
    const { rows, isCut } = await rowsIn(zip, place, { strings, shown, left });
    isEmpty &&= rows.length === 0;
    text += `## ${name}\n\n${tableOf(rows)}\n\n`;
    if (isCut) return { text, isCut };
  }
  return { text: isEmpty ? "" : text, isCut: false };
}

async function workbookIn(zip, part) {
  const sheets = [];
  let is1904 = false;
  await readXml(zip.chunks(part), {
    open(tag, attributes) {
      if (tag === "workbookPr") is1904 = /^(1|true)$/.test(attributes.date1904 ?? "");
      if (tag !== "sheet" || (attributes.state ?? "visible") !== "visible") return;
      sheets.push({ name: attributes.name ?? "", id: relationIn(attributes) });
    },
  });
  return { sheets, is1904 };
}

async function stringsIn(zip, part) {
  const strings = [];
  if (part === undefined) return strings;
  let words = "";
  let isText = false;
  let isPhonetic = false;
  await readXml(zip.chunks(part), {
    open(tag) {
      if (tag === "si") words = "";
      if (tag === "rPh") isPhonetic = true;
      if (tag === "t") isText = !isPhonetic;
    },
    text(more) {
      if (isText) words += more;
    },
    close(tag) {
      if (tag === "si") strings.push(words);
      if (tag === "rPh") isPhonetic = false;
      if (tag === "t") isText = false;
    },
  });
  return strings;
}

/** Without the rows and columns in which there is nothing. */
async function rowsIn(zip, part, { strings, shown, left }) {
  const rows = [];
  const columns = new Set();
  let length = 0;
  let cell;
  let isValue = false;
  let next = 0;
  await readXml(
    zip.chunks(part),
    {
      open(tag, attributes) {
        if (tag === "row") {
          rows.push(new Map());
          next = 0;
        } else if (tag === "c") {
          const column = columnOf(attributes.r) ?? next;
          next = column + 1;
          cell = { column, type: attributes.t ?? "n", style: attributes.s, value: "" };
        } else isValue = tag === "v" || tag === "t";
      },
      text(words) {
        if (isValue && cell) cell.value += words;
      },
      close(tag) {
        if (tag !== "c") {
          isValue = false;
          return;
        }
        const words = cell.type === "s" ? (strings[Number(cell.value)] ?? "") : shown(cell);
        if (words.trim() !== "") {
          rows.at(-1)?.set(cell.column, words);
          columns.add(cell.column);
          length += words.length;
        }
        cell = undefined;
      },
    },
    () => length > left,
  );
  const used = [...columns].sort((a, b) => a - b);
  const filled = rows.filter((row) => row.size > 0).map((row) => used.map((column) => row.get(column) ?? ""));
  return { rows: filled, isCut: length > left };
}

function columnOf(place) {
  const letters = /^[A-Z]{1,3}/.exec(place ?? "")?.[0];
  if (!letters) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
