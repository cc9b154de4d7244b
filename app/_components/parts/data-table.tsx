import { Fragment, type ReactNode } from "react";

export type Column<Row> = {
  label: string;
  cell: (row: Row) => ReactNode;
  /** The row's own name: set apart on top of its card on a narrow screen. */
  isName?: boolean;
  /** Buttons need no label on a card. */
  isAction?: boolean;
};

type DataTableProps<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  /** What is said below a row, across its whole width; null: nothing. */
  below?: (row: Row) => ReactNode;
};

const LABELLED =
  "text-ink-2 max-wide:flex max-wide:justify-between max-wide:gap-6 max-wide:text-right max-wide:before:flex-none max-wide:before:text-small max-wide:before:text-ink-3 max-wide:before:content-[attr(data-label)]";

function cellClass({ isName, isAction }: Pick<Column<never>, "isName" | "isAction">): string {
  if (isName) return "font-medium max-wide:block";
  return isAction ? "text-right wide:pr-0 max-wide:block max-wide:pt-2 max-wide:text-left" : LABELLED;
}

/** A plain table; on a narrow screen each row is a card. The roles stay said where the layout takes them away. */
export function DataTable<Row>({ label, columns, rows, keyOf, below }: DataTableProps<Row>) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: "display: block" on a narrow screen takes a table's own roles away.
    <table role="table" aria-label={label} className="w-full border-t text-table max-wide:block">
      <thead role="rowgroup" className="max-wide:sr-only">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.label}
              role="columnheader"
              scope="col"
              className="border-b py-2 pr-4 text-left text-small whitespace-nowrap font-medium text-ink-3"
            >
              {column.isAction ? <span className="sr-only">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-wide:block">
        {rows.map((row) => {
          const said = below?.(row);
          // The line between two rows comes after what is said below the first one.
          const wideLine = said ? "" : "wide:border-b";
          return (
            <Fragment key={keyOf(row)}>
              <tr role="row" className="max-wide:block max-wide:border-b max-wide:py-2.5">
                {columns.map((column) => (
                  <td
                    key={column.label}
                    role="cell"
                    data-label={column.isName || column.isAction ? undefined : column.label}
                    className={`py-2.5 pr-4 align-top ${wideLine} max-wide:py-0.5 max-wide:pr-0 ${cellClass(column)}`}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
              {said && (
                <tr role="row" className="max-wide:block max-wide:border-b max-wide:py-2.5">
                  <td role="cell" colSpan={columns.length} className="pb-2.5 wide:border-b max-wide:block">
                    {said}
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: as above
  );
}
