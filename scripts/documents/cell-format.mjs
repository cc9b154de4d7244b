// Shows the values of cells as Excel does, by their number formats.
import { format, isDateFormat } from "numfmt";
import { readXml } from "./xml.mjs";

const DAYS_1904 = 1462;
// These show a date as the reader's region writes it: one that nobody can misread is given instead.
const REGIONAL = { 14: "yyyy-mm-dd", 22: "yyyy-mm-dd hh:mm" };
const CHINESE_DATES = { from: 27, to: 58 };
const BUILT_IN = {
  ...{ 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??" },
  ...{ 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss" },
  ...{ 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)" },
  ...{ 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", ...REGIONAL },
};
const TIMES_IN_CHINESE = {
  32: "h:mm",
  33: "h:mm:ss",
  34: "AM/PM h:mm",
  35: "AM/PM h:mm:ss",
  55: "AM/PM h:mm",
  56: "AM/PM h:mm:ss",
};

/** Gives the function that shows a cell `{ type, style, value }`. */
export async function formatterOf(zip, part, is1904) {
  const own = new Map();
  const used = [];
  let isInCells = false;
  if (part !== undefined) {
    await readXml(zip.chunks(part), {
      open(tag, attributes) {
        if (tag === "numFmt") own.set(attributes.numFmtId, attributes.formatCode);
        if (tag === "cellXfs") isInCells = true;
        if (tag === "xf" && isInCells) used.push(attributes.numFmtId ?? "0");
      },
      close(tag) {
        if (tag === "cellXfs") isInCells = false;
      },
    });
  }
  return ({ type, style, value }) => {
    if (type === "b") return value === "1" ? "TRUE" : "FALSE";
    if (type !== "n" || value === "") return value;
    const id = used[Number(style ?? 0)] ?? "0";
    return shownNumber(Number(value), own.get(id) ?? builtIn(Number(id)), is1904) ?? value;
  };
}

function builtIn(id) {
  const code = BUILT_IN[id] ?? TIMES_IN_CHINESE[id];
  if (code !== undefined) return code;
  return id >= CHINESE_DATES.from && id <= CHINESE_DATES.to ? REGIONAL[14] : "General";
}

function shownNumber(number, code, is1904) {
  if (!Number.isFinite(number)) return undefined;
  if (/^(general|@)?$/i.test(code)) return String(Number(number.toPrecision(15)));
  try {
    return format(code, is1904 && isDateFormat(code) ? number + DAYS_1904 : number).trim();
  } catch {
    return undefined;
  }
}
