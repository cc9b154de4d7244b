"use client";
import { useFormatter, useTranslations } from "next-intl";
import { useDeferredValue } from "react";
import { useAttentions } from "@/app/_components/bots/use-attention";
import { useBots } from "@/app/_components/bots/use-bots";
import { BotLines } from "@/app/_components/overview/bot-lines";
import { Changes } from "@/app/_components/overview/changes";
import { Figures } from "@/app/_components/overview/figures";
import { HoursChart } from "@/app/_components/overview/hours-chart";
import { useOverview } from "@/app/_components/overview/use-overview";
import { rankOf } from "@/app/_components/overview/verdict";
import { VerdictHead } from "@/app/_components/overview/verdict-head";
import { Notice } from "@/app/_components/parts/notice";
import type { ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Overview } from "@/lib/overview/schemas";

type OverviewViewProps = {
  bots: ListedBot[];
  statuses: ConnectionStatus[];
  overview: Overview;
  noConnectionsOn?: string | undefined;
};

/** Is everything all right? In one sentence, four figures, and a line a bot. */
export function OverviewView({ bots: initial, statuses, overview: first, noConnectionsOn }: OverviewViewProps) {
  const t = useTranslations("ui.overview");
  const format = useFormatter();
  const { bots, move } = useBots(initial, statuses);
  const attentions = useAttentions(bots);
  const { overview, isStale } = useOverview(first, bots.map(({ bot, state }) => `${bot.id}:${state}`).join());
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
  // The page comes with what is in sight; what stands below follows at once without holding it back.
  const isWhole = useDeferredValue(true, false);
  const wished = bots.filter(({ bot }) => bot.enabled && bot.useWebSocket);
  return (
    <>
      <VerdictHead bots={seen} failed={overview.messages.failed} />
      {isStale && (
        <div className="mb-4">
          <Notice tone="warn">
            {t("stale", { time: format.dateTime(new Date(overview.to), { hour: "2-digit", minute: "2-digit" }) })}
          </Notice>
        </div>
      )}
      <Figures
        up={wished.filter(({ state }) => state === "connected").length}
        wished={wished.length}
        messages={overview.messages}
      />
      <BotLines bots={ranked} overview={overview} isFirst={!isWhole} noConnectionsOn={noConnectionsOn} onMoved={move} />
      {isWhole && (
        <div className="mt-10 grid grid-cols-1 gap-x-12 gap-y-9 huge:grid-cols-[1.5fr_1fr]">
          <HoursChart hours={overview.hours} />
          <Changes changes={overview.changes} />
        </div>
      )}
    </>
  );
}
