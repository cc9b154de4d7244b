"use client";
import { ArrowUp, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useCallback } from "react";
import { Causes } from "@/app/_components/messages/causes";
import { LogHead, MessageRow, Named } from "@/app/_components/messages/message-row";
import { SpanFilter } from "@/app/_components/messages/span-filter";
import { type LogFilter, logQueryOf, STATUSES } from "@/app/_components/messages/statuses";
import type { useLog } from "@/app/_components/messages/use-log";
import { useNames } from "@/app/_components/messages/use-names";
import { useClockTime } from "@/app/_components/overview/clock-time";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { More } from "@/app/_components/parts/more";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import { SearchField } from "@/app/_components/parts/search-field";
import { Segments } from "@/app/_components/parts/segments";
import { useIsWhole } from "@/app/_components/parts/use-whole";

/** As many as fit a small screen. */
const FIRST_ROWS = 10;

const ONLY = ["senderId", "chatId"] as const;

type LogViewProps = {
  log: ReturnType<typeof useLog>;
  /** The bots' names by their ids, where the log is of several. */
  names?: ReadonlyMap<string, string>;
  /** Further filters. */
  children?: ReactNode;
};

/** A log with its search and filters. New rows wait behind a button, so that nothing jumps under the pointer. */
export function LogView({ log, names, children }: LogViewProps) {
  const t = useTranslations("ui.messages");
  const clock = useClockTime({ withDate: true });
  const known = useNames(log.events);
  const isWhole = useIsWhole();
  const { filter, setFilter } = log;
  const logQuery = logQueryOf(filter, names !== undefined);
  // The same function for every row, so that only a row with news is drawn again.
  const showOnly = useCallback(
    (only: Pick<LogFilter, "chatId" | "senderId">) => setFilter((before) => ({ ...before, ...only })),
    [setFilter],
  );
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField value={filter.q} onChange={(q) => setFilter({ ...filter, q })} label={t("search")} />
        {ONLY.map(
          (name) =>
            filter[name] && (
              <Button key={name} size="small" onClick={() => setFilter({ ...filter, [name]: undefined })}>
                <span className="sr-only">{t("endOnly")}</span>
                <Named id={filter[name]} known={known} />
                <X className="size-3.5" aria-hidden="true" />
              </Button>
            ),
        )}
        {children}
        <Segments
          label={t("filterLabel")}
          value={filter.status}
          onChange={(status) => setFilter({ ...filter, status })}
          options={STATUSES.map((value) => ({ value, text: t(`filters.${value}`) }))}
        />
        <SpanFilter
          since={filter.since}
          until={filter.until}
          onChange={(span) => setFilter((before) => ({ ...before, ...span }))}
        />
      </div>
      <Failure of={log.failure} />
      {filter.status === "failed" && <Causes botId={filter.botId} />}
      {/* Above the rows and not between them: what somebody is about to click stays where it is. */}
      <div aria-live="polite" className="pointer-events-none sticky top-16 z-10 flex h-0 justify-center">
        {log.waiting > 0 && (
          <button
            type="button"
            onClick={log.showWaiting}
            className="pointer-events-auto flex h-8.5 items-center gap-1.5 rounded-full border border-accent bg-accent-soft px-4 text-table font-medium text-accent-ink"
          >
            <ArrowUp className="size-3.5" aria-hidden="true" />
            {t("newOnes", { count: log.waiting })}
          </button>
        )}
      </div>
      {log.loading ? (
        <RowSkeletons rows={8} />
      ) : log.events.length === 0 ? (
        <p className="border-t py-8 text-ink-2">
          {log.searchedTo ? t("nothingSoFar", { time: clock(log.searchedTo) }) : t("nothingFound")}
        </p>
      ) : (
        <>
          <LogHead withBot={names !== undefined} />
          <ul className="border-t" aria-label={t("title")}>
            {log.events.slice(0, isWhole ? undefined : FIRST_ROWS).map((event) => (
              <MessageRow
                key={event.id}
                event={event}
                log={logQuery}
                botName={names && (names.get(event.botId) ?? "")}
                known={known}
                onOnly={showOnly}
              />
            ))}
          </ul>
        </>
      )}
      {log.searchedTo && log.events.length > 0 && (
        <p className="mt-4 text-center text-small text-ink-3">{t("searchedTo", { time: clock(log.searchedTo) })}</p>
      )}
      <More
        hasMore={log.hasMore && !log.loading}
        more={log.loadMore}
        pending={log.loadingMore}
        failure={null}
        text={log.searchedTo && t("searchOlder")}
      />
    </div>
  );
}
