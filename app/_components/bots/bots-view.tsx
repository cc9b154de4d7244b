"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { BotList } from "@/app/_components/bots/bot-list";
import { useEveryBot } from "@/app/_components/bots/use-every-bot";
import { useOverview } from "@/app/_components/overview/use-overview";
import { Button } from "@/app/_components/parts/button";
import { ComingHead } from "@/app/_components/parts/coming-head";
import { Notice } from "@/app/_components/parts/notice";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import type { Coming } from "@/app/_session/coming";
import type { EveryBot, Overview } from "@/lib/overview/schemas";

type BotsViewProps = {
  coming: Coming<EveryBot>;
  overview: Coming<Overview>;
  title: string;
  none: ReactNode;
  noConnectionsOn?: string | undefined;
  viewerId: string;
};

/** All bots as they were seen last, and as the server tells them a moment later. */
export function BotsView({ coming, overview, title, none, ...rest }: BotsViewProps) {
  const t = useTranslations("ui.bots");
  const tryAgain = useTranslations("ui.common")("tryAgain");
  const { value: every, isStale, again } = useEveryBot(coming);
  const { value: figures, again: readFigures } = useOverview(overview);
  if (!every) {
    return (
      <>
        <ComingHead title={title} />
        <RowSkeletons rows={12} />
      </>
    );
  }
  return (
    <>
      {isStale && (
        <Notice
          tone="warn"
          action={
            <Button size="small" onClick={again}>
              {tryAgain}
            </Button>
          }
        >
          {t("stale")}
        </Notice>
      )}
      {every.bots.length === 0 ? (
        none
      ) : (
        <BotList
          whose={coming.whose}
          bots={every.bots}
          statuses={every.statuses}
          days={figures?.bots}
          readDays={readFigures}
          {...rest}
        />
      )}
    </>
  );
}
