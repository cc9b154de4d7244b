"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type MouseEvent, useCallback, useEffectEvent, useRef } from "react";
import { BotRow, gridOf } from "@/app/_components/bots/bot-row";
import type { Days, ListView, Sort } from "@/app/_components/bots/list-view";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { useIsWhole } from "@/app/_components/parts/use-whole";
import { singleKeysOn } from "@/app/_components/shell/single-keys";

/** As many as fit a screen. */
const FIRST_ROWS = 16;
const ROW_HEIGHT = "4.1875rem"; // `.lazy-row`, its padding and its line

type BotTableProps = {
  rows: readonly LiveBot[];
  /** Undefined: on its way. */
  days: Days | undefined;
  grouped: ReadonlySet<string>;
  view: ListView;
  onSort: (sort: Sort) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  withOwner: boolean;
  noConnectionsOn?: string | undefined;
  onMoved: (botId: string, change: { useWebSocket: boolean }) => void;
};

/** Bots in rows that are sorted by their heads, gone through with the arrow keys and chosen with x; cards on a phone. */
export function BotTable({ rows, days, grouped, view, onSort, selected, onSelect, withOwner, ...rest }: BotTableProps) {
  const t = useTranslations("ui.bots");
  const body = useRef<HTMLDivElement>(null);
  const lastPicked = useRef<string>(undefined);
  const ids = rows.map(({ bot }) => bot.id);
  const chosen = ids.filter((id) => selected.has(id)).length;
  const drawn = useIsWhole() ? rows.length : FIRST_ROWS;

  const pick = useEffectEvent((id: string, withRange: boolean) => {
    const next = new Set(selected);
    const isOn = !selected.has(id);
    const from = withRange ? ids.indexOf(lastPicked.current ?? "") : -1;
    const to = ids.indexOf(id);
    const range = from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of range) isOn ? next.add(each) : next.delete(each);
    lastPicked.current = id;
    onSelect(next);
  });
  // The same function for every row, so that only a row with news is drawn again.
  const onPick = useCallback((id: string, event: MouseEvent) => pick(id, event.shiftKey), []);
  const pickAll = () => {
    const next = new Set(selected);
    for (const id of ids) chosen === ids.length ? next.delete(id) : next.add(id);
    onSelect(next);
  };

  const press = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-bot]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "x" && singleKeysOn()) pick(row.dataset.bot ?? "", false);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = [...(body.current?.querySelectorAll<HTMLElement>("[data-bot]") ?? [])];
    const next = all[all.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    next?.querySelector<HTMLElement>("a")?.focus();
  };

  const head = { view, onSort };
  return (
    // biome-ignore-start lint/a11y/useFocusableInteractive: the focus is on what stands in the heads and rows.
    // biome-ignore-start lint/a11y/useSemanticElements: rows that a browser may skip while they are out of sight cannot be a table's own.
    <div role="table" aria-label={t("title")} aria-rowcount={rows.length + 1}>
      <div role="rowgroup" className="max-wide:sr-only">
        <div
          role="row"
          className={`grid items-center gap-x-5 border-y huge:gap-x-3 py-1.5 text-small text-ink-3 ${gridOf(withOwner)}`}
        >
          <div role="columnheader" className="grid place-items-center">
            <input
              type="checkbox"
              aria-label={t("selectAll")}
              checked={chosen > 0 && chosen === ids.length}
              ref={(box) => {
                if (box) box.indeterminate = chosen > 0 && chosen < ids.length;
              }}
              onChange={pickAll}
              className="size-4 accent-accent-fill"
            />
          </div>
          <SortHead {...head} by="name" />
          <SortHead {...head} by="state" />
          <SortHead {...head} by="answers" isExtra />
          <SortHead {...head} by="uptime" isExtra />
          <SortHead {...head} by="messages" isExtra />
          <SortHead {...head} by="failed" isExtra />
          <SortHead {...head} by="event" />
          {withOwner && <SortHead {...head} by="owner" />}
          <div role="columnheader">
            <span className="sr-only">{t("columns.switch")}</span>
          </div>
        </div>
      </div>
      <div ref={body} role="rowgroup" onKeyDown={press} className="max-wide:border-t">
        {rows.slice(0, drawn).map((live) => (
          <BotRow
            key={live.bot.id}
            live={live}
            day={days?.get(live.bot.id)}
            isGrouped={grouped.has(live.bot.id)}
            withOwner={withOwner}
            isSelected={selected.has(live.bot.id)}
            onPick={onPick}
            {...rest}
          />
        ))}
        {/* After a reload the browser finds the place again only where the page is as high as it was. */}
        {rows.length > drawn && (
          <div aria-hidden="true" style={{ height: `calc(${rows.length - drawn} * ${ROW_HEIGHT})` }} />
        )}
      </div>
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: as above
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
  );
}

type SortHeadProps = { by: Exclude<Sort, "added">; view: ListView; onSort: (sort: Sort) => void; isExtra?: boolean };

function SortHead({ by, isExtra = false, view: { sort, isReversed }, onSort }: SortHeadProps) {
  const t = useTranslations("ui.bots.columns");
  const isHere = sort === by;
  const Arrow = isReversed ? ArrowUp : ArrowDown;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as in the table.
    // biome-ignore lint/a11y/useFocusableInteractive: its button is.
    <div
      role="columnheader"
      aria-sort={isHere ? (isReversed ? "descending" : "ascending") : "none"}
      className={isExtra ? "max-huge:hidden" : ""}
    >
      <button
        type="button"
        onClick={() => onSort(by)}
        className="-mx-1.5 inline-flex min-h-6 items-center gap-1 rounded-small px-1.5 font-medium hover:text-ink"
      >
        {t(by)}
        <Arrow className={`size-3 ${isHere ? "" : "invisible"}`} aria-hidden="true" />
      </button>
    </div>
  );
}
