// Writes the cells of CSV files, of which no spreadsheet runs anything.

// Spreadsheets of other languages split at semicolons or tabs, and take signs in full width for the usual ones.
const FORMULA = /(^|[;\t\r\n])([^\S\t\r\n]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫])/gu;

/** Each is quoted; what would be a formula, at the beginning or behind another separator, is marked as a text. */
export function csvCell(value: string | number | undefined): string {
  if (typeof value === "number") return `"${value}"`;
  const text = (value ?? "").replace(FORMULA, "$1$2'").replace(/^(?=[\t\r])/, "'");
  return `"${text.replaceAll('"', '""')}"`;
}
