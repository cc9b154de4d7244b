"use client";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { type CardNode, isNode, nodesOf, stringOf, wordsOf } from "@/app/_components/chat/card-reading";
import { At, MarkdownLine, Tag } from "@/app/_components/chat/markdown";
import { Button } from "@/app/_components/parts/button";

const PAGE_ROWS = 5; // Feishu's default

/** A table component: typed columns, rows by column name, page by page. */
export function CardTable({ node }: { node: CardNode }) {
  const t = useTranslations("ui.chat");
  const locale = useLocale();
  const [page, setPage] = useState(0);
  const columns = nodesOf(node.columns).map(({ node: column }) => column);
  const rows = nodesOf(node.rows);
  const size = Math.max(1, Number(node.page_size) || PAGE_ROWS);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const shown = rows.slice(page * size, (page + 1) * size);
  return (
    <div className="grid w-full grid-cols-1 gap-1.5">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard, too. */}
      <section tabIndex={0} aria-label={t("table")} className="overflow-x-auto rounded-control border">
        <table className="w-full text-left text-table">
          <thead className="bg-sunk">
            <tr>
              {columns.map((column) => (
                <th key={String(column.name)} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                  {wordsOf(column.display_name, locale) || String(column.name ?? "")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ at, node: row }) => (
              <tr key={at} className="border-t">
                {columns.map((column) => (
                  <td key={String(column.name)} className="min-w-16 px-3 py-1.5 align-top">
                    <TableCell column={column} value={row[String(column.name)]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <div className="flex items-center justify-end gap-2 text-small text-ink-3">
          {t("page", { page: page + 1, pages })}
          <Button size="small" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {t("previous")}
          </Button>
          <Button size="small" disabled={page >= pages - 1} onClick={() => setPage(page + 1)}>
            {t("next")}
          </Button>
        </div>
      )}
    </div>
  );
}

function TableCell({ column, value }: { column: CardNode; value: unknown }): ReactNode {
  const format = useFormatter();
  const locale = useLocale();
  if (value === undefined || value === null) return "";
  switch (column.data_type) {
    case "markdown":
    case "lark_md":
      return <MarkdownLine source={wordsOf(value, locale)} />;
    case "number": {
      const { precision, symbol } = isNode(column.format) ? column.format : {};
      const digits = typeof precision === "number" ? Math.min(Math.max(precision, 0), 10) : undefined;
      const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
      return `${stringOf(symbol) ?? ""}${format.number(Number(value), options)}`;
    }
    case "date":
      return Number.isFinite(Number(value))
        ? format.dateTime(new Date(Number(value)), { dateStyle: "medium" })
        : String(value);
    case "options": {
      const options = typeof value === "string" ? [{ at: 0, node: { text: value } as CardNode }] : nodesOf(value);
      return options.map(({ at, node }) => (
        <span key={at} className="mr-1 inline-block">
          <Tag colour={node.color ?? "blue"}>{wordsOf(node.text, locale)}</Tag>
        </span>
      ));
    }
    case "persons": {
      const ids = Array.isArray(value) ? value : [value];
      return ids.map((id) => (
        <span key={String(id)} className="mr-1">
          <At id={String(id)} name="" />
        </span>
      ));
    }
    default:
      return typeof value === "object" ? wordsOf(value, locale) || JSON.stringify(value) : String(value);
  }
}
