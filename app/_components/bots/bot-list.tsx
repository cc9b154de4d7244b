"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BotRow } from "@/app/_components/bots/bot-row";
import type { ShownState } from "@/app/_components/bots/bot-state";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { type LiveBot, useBots } from "@/app/_components/bots/use-bots";
import { VerdictSentence } from "@/app/_components/bots/verdict";
import { Button, LinkButton } from "@/app/_components/parts/button";
import { PageHead } from "@/app/_components/parts/page-head";
import { SearchField } from "@/app/_components/parts/search-field";
import { Segments } from "@/app/_components/parts/segments";
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";

const FILTERS = {
  all: null,
  connected: ["connected"],
  trouble: ["error", "reconnecting", "connecting"],
  webhook: ["webhook"],
  off: ["off"],
} satisfies Record<string, ShownState[] | null>;

type Filter = keyof typeof FILTERS;

type BotListProps = {
  bots: Bot[];
  statuses: ConnectionStatus[];
  noConnectionsOn?: string | undefined;
  viewerId: string;
};

export function BotList({ bots: initial, statuses, noConnectionsOn, viewerId }: BotListProps) {
  const t = useTranslations("ui.bots");
  const { bots, move } = useBots(initial, statuses);
  const attentions = useAttentions(bots);
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const found = bots.filter((live) => matches(live, search) && inFilter(live, filter));
  const options = (Object.keys(FILTERS) as Filter[])
    .map((value) => ({
      value,
      text: t(`filters.${value}`),
      count: bots.filter((live) => inFilter(live, value)).length,
    }))
    .filter(({ value, count }) => value === "all" || value === filter || count > 0);

  return (
    <>
      <PageHead
        title={
          <VerdictSentence
            bots={bots.map(({ bot, state }, i) => ({ id: bot.id, name: bot.name, state, attention: attentions[i] }))}
          />
        }
        action={
          <LinkButton look="primary" href="/bots/new">
            <Plus className="size-4" aria-hidden="true" />
            {t("add")}
          </LinkButton>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField value={search} onChange={setSearch} label={t("search")} />
        <Segments label={t("filterLabel")} options={options} value={filter} onChange={setFilter} />
      </div>
      {found.length === 0 ? (
        <div className="grid justify-items-start gap-2 border-t py-8 text-ink-2">
          {t("nothingFound")}
          <Button
            size="small"
            onClick={() => {
              setSearch("");
              setFilter("all");
            }}
          >
            {t("showAll")}
          </Button>
        </div>
      ) : (
        <ul className="border-t">
          {found.map((live) => (
            <BotRow
              key={live.bot.id}
              live={live}
              noConnectionsOn={noConnectionsOn}
              showOwner={live.bot.owner.id !== viewerId}
              onMoved={(useWebSocket) => move(live.bot.id, { useWebSocket })}
            />
          ))}
        </ul>
      )}
    </>
  );
}

const inFilter = ({ state }: LiveBot, filter: Filter) => {
  const states: readonly ShownState[] | null = FILTERS[filter];
  return states === null || states.includes(state);
};

function matches({ bot }: LiveBot, search: string): boolean {
  const words = search.trim().toLowerCase();
  return [bot.name, bot.appId, bot.owner.name].some((text) => text.toLowerCase().includes(words));
}
