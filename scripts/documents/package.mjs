// Finds the parts of an Office document by what they are to each other, whatever they are called.
import path from "node:path";
import { readXml } from "./xml.mjs";

const posix = path.posix;

/** What `part` refers to ("" for the document as a whole): `{ id, type, target }`, the type without its namespace. */
export async function relationsOf(zip, part) {
  const name = posix.join(posix.dirname(part), "_rels", `${posix.basename(part)}.rels`);
  const found = [];
  if (!zip.has(name)) return found;
  await readXml(zip.chunks(name), {
    open(tag, { Id: id, Type: type = "", Target: target = "", TargetMode: mode }) {
      if (tag !== "Relationship" || mode === "External") return;
      const place = target.startsWith("/") ? target.slice(1) : posix.join(posix.dirname(part), target);
      found.push({ id, type: posix.basename(type), target: place });
    },
  });
  return found.filter(({ target }) => zip.has(target));
}

const USUAL = ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"];
const KINDS = { wordprocessingml: "word", spreadsheetml: "xl", presentationml: "ppt" };

/** `kind` is word, xl or ppt; undefined for what is no Office document. */
export async function mainPartOf(zip) {
  const main = (await relationsOf(zip, "")).find(({ type }) => type === "officeDocument")?.target;
  const part = main ?? USUAL.find((name) => zip.has(name));
  if (part === undefined) return undefined;
  let contentType = "";
  if (zip.has("[Content_Types].xml")) {
    await readXml(zip.chunks("[Content_Types].xml"), {
      open(_, { PartName: name, ContentType: type }) {
        if (name === `/${part}`) contentType = type ?? "";
      },
    });
  }
  const kind = Object.keys(KINDS).find((word) => contentType.includes(word));
  return { part, kind: kind ? KINDS[kind] : part.split("/")[0] };
}
