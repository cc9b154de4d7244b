"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useBot } from "@/app/_components/bot/bot-frame";
import { LogView } from "@/app/_components/messages/log-view";
import { NO_FILTER } from "@/app/_components/messages/statuses";
import { type EventPage, useLog } from "@/app/_components/messages/use-log";
import { LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";

/** The log of what a bot received. */
export function MessageLog({ first }: { first: EventPage }) {
  const { bot } = useBot();
  const log = useLog(first, { ...NO_FILTER, botId: bot.id });
  const isFiltered = log.filter.q !== "" || log.filter.status !== "all";
  if (first.events.length === 0 && log.events.length === 0 && !isFiltered && log.waiting === 0) return <NoMessages />;
  return <LogView log={log} />;
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
