// Reads a card's tables as tables of Markdown, and its charts as the figures behind them.
import type { CardReader } from "@/lib/feishu/reading/card-reader";
import { type Fields, firstOf, isFields, listIn, wordIn } from "@/lib/feishu/reading/fields";
import { clockOf } from "@/lib/feishu/reading/words";

const MOST_COLUMNS = 50;
const MOST_ROWS = 500;
const MOST_FIGURES = 100;

export function readTable(table: Fields, reader: CardReader): string {
  const columns = listIn(table.columns).filter(isFields).slice(0, MOST_COLUMNS);
  if (columns.length === 0) return "";
  const heads = columns.map((column) => firstOf(column.display_name, column.displayName, column.name));
  const rows = listIn(table.rows).filter(isFields).slice(0, MOST_ROWS);
  const cells = rows.map((row) => columns.map((column) => cellOf(row, column, reader)));
  return [heads, heads.map(() => "---"), ...cells].map(rowOf).join("\n");
}

const rowOf = (cells: string[]): string =>
  `| ${cells
    .map((cell) =>
      cell
        .trim()
        .replace(/\s*\n\s*/g, " ")
        .replaceAll("|", "\\|"),
    )
    .join(" | ")} |`;

function cellOf(row: Fields, { name, data_type, dataType, format }: Fields, reader: CardReader): string {
  const key = wordIn(name);
  const given = Object.hasOwn(row, key) ? row[key] : undefined;
  const value = isFields(given) && "data" in given ? given.data : given;
  const type = firstOf(data_type, dataType);
  if (type === "date" && Number(value) > 0) return clockOf(Number(value)).replace(/ 00:00$/, "");
  if (type === "markdown" || type === "lark_md") return reader.markdown(wordIn(value));
  if (type === "persons") return peopleIn(value, reader);
  const words = reader.value(value);
  return words !== "" && type === "number" && isFields(format) ? `${wordIn(format.symbol)}${words}` : words;
}

const peopleIn = (value: unknown, reader: CardReader): string =>
  (Array.isArray(value) ? value : [value])
    .slice(0, MOST_COLUMNS)
    .map((one) => reader.person(isFields(one) ? firstOf(one.id, one.user_id) : wordIn(one)))
    .filter((name) => name !== "")
    .join(", ");

export function readChart(chart: Fields, reader: CardReader): string {
  const spec = [chart.chart_spec, chart.chartSpec].find(isFields) ?? {};
  const title = isFields(spec.title) ? firstOf(spec.title.text) : "";
  const sources = Array.isArray(spec.data) ? spec.data : [spec.data];
  const figures = sources
    .flatMap((source) => (isFields(source) ? listIn(source.values) : []))
    .filter(isFields)
    .slice(0, MOST_FIGURES)
    .map((figure) =>
      Object.values(figure)
        .slice(0, 10)
        .map((one) => reader.value(one))
        .filter(Boolean)
        .join(": "),
    );
  return [`[chart${title ? `: ${title}` : ""}]`, ...figures].join("\n");
}
