"use client";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CauseGroups } from "@/app/_components/bots/cause-groups";
import { groupByCause, groupedIn, isMany } from "@/app/_components/bots/causes";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { useBots } from "@/app/_components/bots/use-bots";
import { useEveryBot, useKeptBots } from "@/app/_components/bots/use-every-bot";
import { BotLines } from "@/app/_components/overview/bot-lines";
import { Changes } from "@/app/_components/overview/changes";
import { Figures } from "@/app/_components/overview/figures";
import { HoursChart } from "@/app/_components/overview/hours-chart";
import { useNews, useOverview } from "@/app/_components/overview/use-overview";
import { rankOf } from "@/app/_components/overview/verdict";
import { VerdictHead } from "@/app/_components/overview/verdict-head";
import { ComingHead } from "@/app/_components/parts/coming-head";
import { Notice } from "@/app/_components/parts/notice";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import { useIsWhole } from "@/app/_components/parts/use-whole";
import { useCounts } from "@/app/_components/shell/counts";
import type { Coming } from "@/app/_session/coming";
import type { EveryBot, Overview } from "@/lib/overview/schemas";

type OverviewViewProps = {
  bots: Coming<EveryBot>;
  overview: Coming<Overview>;
  title: string;
  none: ReactNode;
  noConnectionsOn?: string | undefined;
};

/** Is everything all right? In one sentence, four figures, and a line a bot. */
export function OverviewView({ bots: coming, overview, title, none, noConnectionsOn }: OverviewViewProps) {
  const { value: every } = useEveryBot(coming);
  const read = useOverview(overview);
  if (!every) {
    return (
      <>
        <ComingHead title={title} />
        <RowSkeletons rows={10} />
      </>
    );
  }
  return every.bots.length === 0 ? (
    none
  ) : (
    <OverviewOf whose={coming.whose} {...every} {...read} noConnectionsOn={noConnectionsOn} />
  );
}

type OverviewOfProps = EveryBot &
  ReturnType<typeof useOverview> & { whose: string; noConnectionsOn: string | undefined };

function OverviewOf({ whose, bots: initial, statuses, value: overview, again, isStale, ...rest }: OverviewOfProps) {
  const t = useTranslations("ui.overview");
  const format = useFormatter();
  const { bots, move } = useBots(initial, statuses);
  useKeptBots(whose, bots);
  const attentions = useAttentions(bots);
  useNews(again, bots.map(({ bot, state }) => `${bot.id}:${state}`).join());
  const seen = bots.map(({ bot, state, status, failure }, index) => ({
    id: bot.id,
    name: bot.name,
    state,
    attention: attentions[index],
    errorCode: status?.errorCode,
    failure,
    connectedAt: status?.connectedAt,
  }));
  const ranks = new Map(seen.map((bot) => [bot.id, rankOf(bot)]));
  const ranked = [...bots].sort((a, b) => (ranks.get(a.bot.id) ?? 0) - (ranks.get(b.bot.id) ?? 0));
  const groups = groupByCause(bots, attentions);
  const isWhole = useIsWhole();
  const { failed } = useCounts();
  const wished = bots.filter(({ bot }) => bot.enabled && bot.useWebSocket);
  return (
    <>
      <VerdictHead bots={seen} failed={overview?.messages.failed ?? failed} />
      {overview && isStale && (
        <div className="mb-4">
          <Notice tone="warn">
            {t("stale", { time: format.dateTime(new Date(overview.to), { hour: "2-digit", minute: "2-digit" }) })}
          </Notice>
        </div>
      )}
      <Figures
        up={wished.filter(({ state }) => state === "connected").length}
        wished={wished.length}
        messages={overview?.messages}
      />
      <div className="mb-9 min-h-44">{overview && <HoursChart hours={overview.hours} />}</div>
      <CauseGroups groups={groups} />
      <BotLines
        bots={ranked}
        grouped={groupedIn(groups)}
        withoutLine={groupedIn(groups.filter(isMany))}
        overview={overview}
        isFirst={!isWhole}
        onMoved={move}
        {...rest}
      />
      {overview && isWhole && (
        <div className="mt-10">
          <Changes changes={overview.changes} />
        </div>
      )}
    </>
  );
}
