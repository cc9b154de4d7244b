"use client";
import { Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { BotTable } from "@/app/_components/bots/bot-table";
import { BulkBar } from "@/app/_components/bots/bulk-bar";
import { CauseGroups } from "@/app/_components/bots/cause-groups";
import { causeOf, groupByCause, groupedIn } from "@/app/_components/bots/causes";
import { arrange, FILTER_NAMES, inFilter, queryOf, SORTS, type Sort } from "@/app/_components/bots/list-view";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { useBots } from "@/app/_components/bots/use-bots";
import { useKeptBots } from "@/app/_components/bots/use-every-bot";
import { useHeldOrder } from "@/app/_components/bots/use-held-order";
import { useListView } from "@/app/_components/bots/use-list-view";
import { VerdictSentence } from "@/app/_components/bots/verdict";
import { useNews } from "@/app/_components/overview/use-overview";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { PageHead } from "@/app/_components/parts/page-head";
import { SearchField } from "@/app/_components/parts/search-field";
import { Segments } from "@/app/_components/parts/segments";
import type { ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { BotDay } from "@/lib/overview/schemas";

type BotListProps = {
  whose: string;
  bots: ListedBot[];
  statuses: ConnectionStatus[];
  /** Undefined: on its way. */
  days: readonly BotDay[] | undefined;
  readDays: () => Promise<void>;
  noConnectionsOn?: string | undefined;
  viewerId: string;
};

export function BotList({
  whose,
  bots: initial,
  statuses,
  days: read,
  readDays,
  noConnectionsOn,
  viewerId,
}: BotListProps) {
  const t = useTranslations("ui.bots");
  const { bots, move } = useBots(initial, statuses);
  useKeptBots(whose, bots);
  const attentions = useAttentions(bots);
  const groups = groupByCause(bots, attentions);
  const { view, search, change } = useListView();
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set());
  useNews(readDays, bots.map(({ bot, state }) => `${bot.id}:${state}`).join());
  const days = useMemo(() => read && new Map(read.map((day) => [day.botId, day])), [read]);
  const found = arrange(bots, view, useLocale(), days).map(({ bot }) => bot.id);
  const { shown, hold } = useHeldOrder(found, queryOf(view));
  const byId = new Map(bots.map((live) => [live.bot.id, live]));
  const rows = shown.flatMap((id) => byId.get(id) ?? []);
  const options = FILTER_NAMES.map((value) => ({
    value,
    text: t(`filters.${value}`),
    count: bots.filter((live) => inFilter(live, value)).length,
  })).filter(({ value, count }) => value === "all" || value === view.filter || count > 0);
  const sortBy = (sort: Sort) => change({ sort, isReversed: sort === view.sort && !view.isReversed });

  return (
    <>
      <PageHead
        title={
          <VerdictSentence
            bots={bots.map((live, i) => ({
              ...{ id: live.bot.id, name: live.bot.name, state: live.state, failure: live.failure },
              attention: attentions[i],
              errorCode: live.status?.errorCode,
              cause: causeOf(live, attentions[i])?.key,
            }))}
          />
        }
        action={
          <LinkButton look="primary" href="/bots/new">
            <Plus className="size-4" aria-hidden="true" />
            {t("add")}
          </LinkButton>
        }
      />
      <CauseGroups groups={groups} />
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField value={view.q} onChange={search} label={t("search")} />
        <Segments
          label={t("filterLabel")}
          options={options}
          value={view.filter}
          onChange={(filter) => change({ filter })}
        />
        <select
          aria-label={t("sortLabel")}
          value={view.sort}
          onChange={(event) => change({ sort: event.target.value as Sort, isReversed: false })}
          className="h-9 rounded-control border border-line-strong bg-bg px-2 text-[1rem] wide:hidden"
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {t(`sorts.${sort}`)}
            </option>
          ))}
        </select>
      </div>
      {rows.length === 0 ? (
        <div className="grid justify-items-start gap-2 border-t py-8 text-ink-2">
          {t("nothingFound")}
          <Button size="small" onClick={() => change({ q: "", filter: "all" })}>
            {t("showAll")}
          </Button>
        </div>
      ) : (
        <div {...hold}>
          <BotTable
            rows={rows}
            days={days}
            grouped={groupedIn(groups)}
            view={view}
            onSort={sortBy}
            selected={selected}
            onSelect={setSelected}
            withOwner={bots.some(({ bot }) => bot.owner.id !== viewerId)}
            noConnectionsOn={noConnectionsOn}
            onMoved={move}
          />
        </div>
      )}
      <BulkBar bots={bots} selected={selected} onSelect={setSelected} onMoved={move} />
    </>
  );
}
