// Writes tables in Markdown.

const cellText = (text = "") =>
  text
    .trim()
    .replace(/\|/g, "\\|")
    .replace(/\s*\n\s*/g, "<br>");

/** The first row stands for the head. */
export function tableOf(rows) {
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return "";
  const line = (row) => `| ${Array.from({ length: width }, (_, at) => cellText(row[at])).join(" | ")} |`;
  const [head, ...rest] = rows.map(line);
  return [head, `|${" --- |".repeat(width)}`, ...rest].join("\n");
}
