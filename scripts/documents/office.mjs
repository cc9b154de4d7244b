// Reads Word documents, Excel workbooks and PowerPoint presentations as Markdown.
import { mainPartOf } from "./package.mjs";
import { readSheets } from "./sheets.mjs";
import { readSlides } from "./slides.mjs";
import { Unreadable } from "./unreadable.mjs";
import { readWord } from "./word.mjs";
import { openZip } from "./zip.mjs";

const READERS = { __proto__: null, word: readWord, xl: readSheets, ppt: readSlides };

export async function readOffice(bytes, mostCharacters) {
  const zip = openZip(bytes);
  const main = await mainPartOf(zip);
  const read = main && READERS[main.kind];
  if (!read) throw new Unreadable("archive");
  return read(zip, main.part, mostCharacters);
}
