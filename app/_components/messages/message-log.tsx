"use client";
import { ArrowUp } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useBot } from "@/app/_components/bot/bot-frame";
import { LogHead, MessageRow } from "@/app/_components/messages/message-row";
import { type EventPage, STATUSES, useLog } from "@/app/_components/messages/use-log";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";
import { Failure } from "@/app/_components/parts/failure";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import { SearchField } from "@/app/_components/parts/search-field";
import { Segments } from "@/app/_components/parts/segments";

/** The log of what a bot received. New rows wait behind a button, so that nothing jumps under the pointer. */
export function MessageLog({ first }: { first: EventPage }) {
  const t = useTranslations("ui.messages");
  const { bot } = useBot();
  const log = useLog(bot.id, first);
  const isFiltered = log.filter.q !== "" || log.filter.status !== "all";
  if (first.events.length === 0 && log.events.length === 0 && !isFiltered && log.waiting === 0) return <NoMessages />;
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField value={log.filter.q} onChange={(q) => log.setFilter({ ...log.filter, q })} label={t("search")} />
        <Segments
          label={t("filterLabel")}
          value={log.filter.status}
          onChange={(status) => log.setFilter({ ...log.filter, status })}
          options={STATUSES.map((value) => ({ value, text: t(`filters.${value}`) }))}
        />
      </div>
      <Failure of={log.failure} />
      <div aria-live="polite" className="relative">
        {log.waiting > 0 && (
          <button
            type="button"
            onClick={log.showWaiting}
            className="mb-2 flex min-h-8.5 w-full items-center justify-center gap-1.5 rounded-control bg-accent-soft text-table font-medium text-accent-ink"
          >
            <ArrowUp className="size-3.5" aria-hidden="true" />
            {t("newOnes", { count: log.waiting })}
          </button>
        )}
      </div>
      {log.loading ? (
        <RowSkeletons rows={8} />
      ) : log.events.length === 0 ? (
        <p className="border-t py-8 text-ink-2">{t("nothingFound")}</p>
      ) : (
        <>
          <LogHead />
          <ul className="border-t" aria-label={t("title")}>
            {log.events.map((event) => (
              <MessageRow key={event.id} event={event} />
            ))}
          </ul>
        </>
      )}
      {log.hasMore && !log.loading && (
        <div className="mt-4 flex justify-center">
          <Button busy={log.loadingMore} onClick={log.loadMore}>
            {t("more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function NoMessages() {
  const t = useTranslations("ui.messages");
  const { bot } = useBot();
  const isSandbox = bot.domain === "sandbox";
  return (
    <Empty
      title={t("emptyTitle")}
      action={
        isSandbox ? (
          <LinkButton look="primary" href={`/sandbox?bot=${bot.id}`}>
            {t("writeInSandbox")}
          </LinkButton>
        ) : (
          <LinkButton href={`/bots/${bot.id}`}>{t("seeSteps")}</LinkButton>
        )
      }
    >
      {isSandbox
        ? t("emptySandbox", { bot: bot.name })
        : t.rich("emptyText", { bot: bot.name, link: (words) => <Link href="/sandbox">{words}</Link> })}
    </Empty>
  );
}
