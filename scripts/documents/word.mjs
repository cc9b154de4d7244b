// Reads a Word document as Markdown: headings, lists, tables, headers and footers, footnotes.
import { relationsOf } from "./package.mjs";
import { wordBlocks } from "./word-blocks.mjs";
import { attributeOf, readXml } from "./xml.mjs";

export async function readWord(zip, part, mostCharacters) {
  const relations = await relationsOf(zip, part);
  const targets = (type) => relations.filter((one) => one.type === type).map(({ target }) => target);
  const levels = await levelsOf(zip, targets("styles")[0]);
  let left = mostCharacters;
  const read = async (name) => {
    const found = wordBlocks(levels);
    await readXml(zip.chunks(name), found.handlers, () => found.length() > left);
    left -= found.length();
    return found;
  };
  const edge = async (type) => {
    const texts = [];
    for (const name of targets(type)) texts.push(...(await read(name)).blocks);
    return [...new Set(texts)];
  };
  const headers = await edge("header");
  const { blocks } = await read(part);
  const notes = [];
  for (const name of [...targets("footnotes"), ...targets("endnotes")]) notes.push(...(await read(name)).notes);
  const footers = await edge("footer");
  return { text: [...headers, ...blocks, ...notes, ...footers].join("\n\n"), isCut: left < 0 };
}

/** By the id of a style, which level of heading it is. */
async function levelsOf(zip, part) {
  const styles = new Map();
  if (part === undefined) return () => undefined;
  let style;
  await readXml(zip.chunks(part), {
    open(name, attributes) {
      if (name === "style") {
        style = {};
        styles.set(attributeOf(attributes, "styleId"), style);
      } else if (style && ["name", "basedOn", "outlineLvl"].includes(name))
        style[name] = attributeOf(attributes, "val");
    },
  });
  const levelOf = (id, steps = 0) => {
    const { name = "", basedOn, outlineLvl } = styles.get(id) ?? {};
    const [, number] = /^heading (\d)/i.exec(name) ?? [];
    if (number) return Number(number);
    if (/^title$/i.test(name)) return 1;
    if (outlineLvl !== undefined) return Number(outlineLvl) + 1;
    return basedOn === undefined || steps > 9 ? undefined : levelOf(basedOn, steps + 1);
  };
  return levelOf;
}
