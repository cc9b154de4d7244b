"use client";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { useBots } from "@/app/_components/bots/use-bots";
import { useEveryBot, useKeptBots } from "@/app/_components/bots/use-every-bot";
import { BotLines } from "@/app/_components/overview/bot-lines";
import { Changes } from "@/app/_components/overview/changes";
import { Figures } from "@/app/_components/overview/figures";
import { HoursChart } from "@/app/_components/overview/hours-chart";
import { useOverview } from "@/app/_components/overview/use-overview";
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
export function OverviewView({ bots: coming, title, none, ...rest }: OverviewViewProps) {
  const every = useEveryBot(coming);
  if (!every) {
    return (
      <>
        <ComingHead title={title} />
        <RowSkeletons rows={10} />
      </>
    );
  }
  return every.bots.length === 0 ? none : <OverviewOf bots={every.bots} statuses={every.statuses} {...rest} />;
}

type OverviewOfProps = EveryBot & Omit<OverviewViewProps, "bots" | "none" | "title">;

function OverviewOf({ bots: initial, statuses, overview: coming, noConnectionsOn }: OverviewOfProps) {
  const t = useTranslations("ui.overview");
  const format = useFormatter();
  const { bots, move } = useBots(initial, statuses);
  useKeptBots(bots);
  const attentions = useAttentions(bots);
  const { overview, isStale } = useOverview(coming, bots.map(({ bot, state }) => `${bot.id}:${state}`).join());
  const seen = bots.map(({ bot, state, status }, index) => ({
    id: bot.id,
    name: bot.name,
    state,
    attention: attentions[index],
    errorCode: status?.errorCode,
    connectedAt: status?.connectedAt,
  }));
  const ranks = new Map(seen.map((bot) => [bot.id, rankOf(bot)]));
  const ranked = [...bots].sort((a, b) => (ranks.get(a.bot.id) ?? 0) - (ranks.get(b.bot.id) ?? 0));
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
      <BotLines bots={ranked} overview={overview} isFirst={!isWhole} noConnectionsOn={noConnectionsOn} onMoved={move} />
      {overview && isWhole && (
        <div className="mt-10 grid grid-cols-1 gap-x-12 gap-y-9 huge:grid-cols-[1.5fr_1fr]">
          <HoursChart hours={overview.hours} />
          <Changes changes={overview.changes} />
        </div>
      )}
    </>
  );
}
