"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { useEvents } from "@/app/_components/live/live-provider";
import { failedAfter, failedAtFirst } from "@/app/_components/messages/failed";
import { LogActions } from "@/app/_components/messages/log-actions";
import { LogView } from "@/app/_components/messages/log-view";
import { isFiltered, type LogFilter } from "@/app/_components/messages/statuses";
import { useAddress } from "@/app/_components/messages/use-address";
import { type EventPage, useLog } from "@/app/_components/messages/use-log";
import { LinkButton } from "@/app/_components/parts/button";
import { Empty } from "@/app/_components/parts/empty";
import type { Counted, FailedEvents } from "@/lib/events/queries";

type MessageLogProps = { first: EventPage; filter: LogFilter; failed: FailedEvents };

/** The log of what a bot received. */
export function MessageLog({ first, filter: begin, failed: atFirst }: MessageLogProps) {
  const { bot } = useBot();
  const [filterAtFirst] = useState({ ...begin, botId: bot.id });
  const log = useLog(first, filterAtFirst, bot.id);
  const failed = useFailed(bot.id, atFirst);
  const { filter } = log;
  useAddress(filter, { withBot: false });
  if (first.events.length === 0 && log.events.length === 0 && !isFiltered(filter) && log.waiting === 0)
    return <NoMessages />;
  return (
    <LogView log={log}>
      <LogActions filter={{ ...filter, botId: bot.id }} failed={failed} />
    </LogView>
  );
}

/** How many messages wait for somebody to have them answered anew. */
function useFailed(botId: string, atFirst: FailedEvents): Counted {
  const [state, setState] = useState({ atFirst, failed: failedAtFirst(atFirst) });
  if (state.atFirst !== atFirst) setState({ atFirst, failed: failedAtFirst(atFirst) });
  useEvents((event) => {
    if (event.botId !== botId) return;
    setState((before) => {
      const failed = failedAfter(before.failed, event);
      return failed === before.failed ? before : { ...before, failed };
    });
  });
  return state.failed;
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
