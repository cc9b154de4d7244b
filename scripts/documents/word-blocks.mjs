// Turns the elements of a part of a Word document into blocks of Markdown.
import { tableOf } from "./markdown.mjs";
import { attributeOf } from "./xml.mjs";

// What was deleted or moved away, instructions of fields, and what stands in for newer elements.
const UNSEEN = new Set(["del", "moveFrom", "instrText", "delText", "fldData", "Fallback", "pPrChange", "rPrChange"]);
const PROPERTIES = new Set(["pPr", "rPr", "tcPr", "trPr", "tblPr", "sectPr"]);
const MOST_SPANNED = 100;
const DEEPEST_HEADING = 6;

export function wordBlocks(levelOf) {
  const state = {
    ...{ levelOf, blocks: [], notes: [], paragraphs: [], tables: [], length: 0 },
    ...{ unseen: 0, properties: 0, isText: false },
  };
  state.containers = [{ blocks: state.blocks }];
  return {
    blocks: state.blocks,
    notes: state.notes,
    length: () => state.length,
    handlers: {
      open(name, attributes) {
        if (state.unseen > 0 || UNSEEN.has(name)) state.unseen += 1;
        else {
          if (PROPERTIES.has(name)) state.properties += 1;
          OPEN[name]?.(state, (key) => attributeOf(attributes, key), name);
        }
      },
      text: (words) => state.isText && state.unseen === 0 && say(state, words),
      close(name) {
        if (state.unseen > 0) state.unseen -= 1;
        else {
          if (PROPERTIES.has(name)) state.properties -= 1;
          CLOSE[name]?.(state);
        }
      },
    },
  };
}

function say(state, words) {
  const paragraph = state.paragraphs.at(-1);
  if (!paragraph || state.properties > 0) return;
  paragraph.text += words;
  state.length += words.length;
}

const contain = (state, more) => state.containers.push({ blocks: [], ...more });
const setIn = (object, key, value) => {
  if (object && value !== undefined) object[key] = value;
};

// Without a prototype: elements can be called anything.
const OPEN = {
  __proto__: null,
  p: (state) => state.paragraphs.push({ text: "" }),
  pStyle: (state, of) => setIn(state.paragraphs.at(-1), "style", of("val")),
  outlineLvl: (state, of) => setIn(state.paragraphs.at(-1), "outline", of("val")),
  ilvl: (state, of) => setIn(state.paragraphs.at(-1), "depth", of("val")),
  numId: (state, of) => setIn(state.paragraphs.at(-1), "list", of("val")),
  t: (state) => {
    state.isText = true;
  },
  tab: (state) => say(state, "\t"),
  br: (state) => say(state, "\n"),
  cr: (state) => say(state, "\n"),
  noBreakHyphen: (state) => say(state, "-"),
  footnoteReference: (state, of) => say(state, `[^${of("id")}]`),
  endnoteReference: (state, of) => say(state, `[^e${of("id")}]`),
  tbl: (state) => state.tables.push({ rows: [] }),
  tr: (state) => state.tables.at(-1)?.rows.push([]),
  gridBefore: (state, of) => pad(state.tables.at(-1)?.rows.at(-1), Number(of("val"))),
  tc: (state) => contain(state, { span: 1 }),
  gridSpan: (state, of) => setIn(state.containers.at(-1), "span", Number(of("val"))),
  vMerge: (state, of) => setIn(state.containers.at(-1), "isContinued", of("val") !== "restart"),
  txbxContent: (state) => contain(state),
  footnote: (state, of) => contain(state, { note: of("type") ? undefined : of("id") }),
  endnote: (state, of) => contain(state, { note: of("type") ? undefined : `e${of("id")}` }),
};

const CLOSE = {
  __proto__: null,
  t: (state) => {
    state.isText = false;
  },
  p(state) {
    const block = blockOf(state.paragraphs.pop(), state.levelOf);
    if (block !== "") state.containers.at(-1).blocks.push(block);
  },
  tc(state) {
    const { blocks, span, isContinued } = state.containers.pop();
    const row = state.tables.at(-1)?.rows.at(-1);
    row?.push(isContinued ? "" : blocks.join("\n"));
    pad(row, span - 1);
  },
  tbl(state) {
    const { rows } = state.tables.pop();
    const isInside = state.tables.length > 0;
    // A table inside of a cell is told in a line for each row.
    const block = isInside ? rows.map((row) => row.filter((cell) => cell !== "").join("; ")).join("\n") : tableOf(rows);
    if (block !== "") state.containers.at(-1).blocks.push(block);
  },
  txbxContent(state) {
    const { blocks } = state.containers.pop();
    state.containers.at(-1).blocks.push(...blocks);
  },
  footnote: (state) => endNote(state),
  endnote: (state) => endNote(state),
};

function endNote(state) {
  const { blocks, note } = state.containers.pop();
  if (note !== undefined && blocks.length > 0) state.notes.push(`[^${note}]: ${blocks.join("\n    ")}`);
}

function pad(row, cells) {
  for (let count = 0; row && count < Math.min(cells, MOST_SPANNED); count += 1) row.push("");
}

function blockOf({ text, style, outline, depth = 0, list }, levelOf) {
  const words = text.trim();
  if (words === "") return "";
  const level = outline !== undefined && Number(outline) < 9 ? Number(outline) + 1 : levelOf(style);
  if (level) return `${"#".repeat(Math.min(level, DEEPEST_HEADING))} ${words.replace(/\s*\n\s*/g, " ")}`;
  return list !== undefined && list !== "0" ? `${"  ".repeat(Math.min(Number(depth) || 0, 8))}- ${words}` : words;
}
