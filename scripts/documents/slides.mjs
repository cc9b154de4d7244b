// Reads a PowerPoint presentation as Markdown: a heading for each slide, in the order in which they are shown.
import { tableOf } from "./markdown.mjs";
import { relationsOf } from "./package.mjs";
import { readXml, relationIn } from "./xml.mjs";

export async function readSlides(zip, part, mostCharacters) {
  const slides = await slidesIn(zip, part);
  let text = "";
  let isEmpty = true;
  for (const [index, name] of slides.entries()) {
    if (text.length > mostCharacters) return { text, pages: slides.length, isCut: true };
    const words = await slideText(zip, name, mostCharacters - text.length);
    isEmpty &&= words === "";
    text += `## ${index + 1}\n${words}\n\n`;
  }
  return { text: isEmpty ? "" : text, pages: slides.length, isCut: false };
}

async function slidesIn(zip, part) {
  const relations = new Map((await relationsOf(zip, part)).map(({ id, target }) => [id, target]));
  const slides = [];
  await readXml(zip.chunks(part), {
    open(tag, attributes) {
      if (tag === "sldId") slides.push(relations.get(relationIn(attributes)));
    },
  });
  const known = slides.filter((name) => name !== undefined);
  return known.length > 0 ? known : slidesByNumber(zip);
}

const SLIDE = /^ppt\/slides\/slide(\d+)\.xml$/;

const slidesByNumber = ({ names }) =>
  names.filter((name) => SLIDE.test(name)).sort((a, b) => Number(SLIDE.exec(a)?.[1]) - Number(SLIDE.exec(b)?.[1]));

async function slideText(zip, name, most) {
  const blocks = [];
  let rows;
  let paragraph = "";
  let cell;
  let isText = false;
  let unseen = 0;
  let length = 0;
  const say = (words) => {
    paragraph += words;
    length += words.length;
  };
  await readXml(
    zip.chunks(name),
    {
      open(tag) {
        if (unseen > 0 || tag === "Fallback") unseen += 1;
        else if (tag === "tbl") rows = [];
        else if (tag === "tr") rows?.push([]);
        else if (tag === "tc") cell = [];
        else if (tag === "br") say("\n");
        else isText = tag === "t";
      },
      text(words) {
        if (isText && unseen === 0) say(words);
      },
      close(tag) {
        isText = false;
        if (unseen > 0) unseen -= 1;
        else if (tag === "p") {
          if (paragraph.trim() !== "") (cell ?? blocks).push(paragraph);
          paragraph = "";
        } else if (tag === "tc") {
          rows?.at(-1)?.push((cell ?? []).join("\n"));
          cell = undefined;
        } else if (tag === "tbl") {
          blocks.push(`\n${tableOf(rows ?? [])}\n`);
          rows = undefined;
        }
      },
    },
    () => length > most,
  );
  return blocks.join("\n").trim();
}
