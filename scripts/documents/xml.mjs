// Reads XML bit by bit, by local names, and no further than is wanted.
import { Parser } from "htmlparser2";
import { Unreadable } from "./unreadable.mjs";

const DEEPEST = 500;

/** `open(name, attributes)`, `text(words)`, `close(name)`; what is open when `isEnough()` says so is closed. */
export async function readXml(chunks, { open = () => {}, text = () => {}, close = () => {} }, isEnough = () => false) {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > DEEPEST) throw new Unreadable("tooHeavy");
        open(localName(name), attributes);
      },
      ontext: text,
      onclosetag(name) {
        depth -= 1;
        close(localName(name));
      },
    },
    { xmlMode: true },
  );
  let decoder;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    parser.write(decoder.decode(chunk, { stream: true }));
    if (isEnough()) break;
  }
  parser.end();
}

const encodingOf = ([first, second]) => {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
};

const localName = (name) => name.slice(name.indexOf(":") + 1);

/** Of whichever namespace. */
export function attributeOf(attributes, name) {
  if (name in attributes) return attributes[name];
  const key = Object.keys(attributes).find((one) => one.endsWith(`:${name}`));
  return key === undefined ? undefined : attributes[key];
}

/** The id of what it refers to, which has a namespace of its own. */
export const relationIn = (attributes) =>
  attributes[Object.keys(attributes).find((name) => name.endsWith(":id")) ?? ""];
