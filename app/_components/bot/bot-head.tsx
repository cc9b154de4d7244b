"use client";
import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { CloudTag } from "@/app/_components/bots/bot-row";
import { headlineOf } from "@/app/_components/bots/bot-state";
import { ConnectionSwitch } from "@/app/_components/bots/connection-switch";
import { StateMark } from "@/app/_components/bots/state-mark";
import { useAttentions } from "@/app/_components/bots/use-attention";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { CopyId } from "@/app/_components/parts/copy";
import { PageHead } from "@/app/_components/parts/page-head";
import type { RequestFailure } from "@/app/_components/requests/call";
import type { Bot } from "@/lib/bots/schemas";

type BotHeadProps = {
  live: LiveBot<Bot>;
  noConnectionsOn?: string | undefined;
  onMoved: (useWebSocket: boolean) => void;
  onFailed: (failure: RequestFailure | null) => void;
};

export function BotHead({ live, noConnectionsOn, onMoved, onFailed }: BotHeadProps) {
  const t = useTranslations("ui.bot");
  const { bot, state, status } = live;
  const [attention] = useAttentions([live]);
  const verdict = attention ?? headlineOf(live);
  return (
    <>
      <Link href="/bots" className="-mb-3 flex w-fit items-center gap-0.5 text-table text-ink-3 hover:text-ink">
        <ChevronLeft className="-ml-1 size-3.5" aria-hidden="true" />
        {t("allBots")}
      </Link>
      <PageHead
        title={t(`verdict.${verdict}`, { name: bot.name })}
        sub={
          <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1">
            <StateMark state={state} status={status} detail={bot.enabled ? undefined : t("isDisabled")} />
            <CopyId id={bot.appId} />
            <CloudTag domain={bot.domain} />
            {bot.domain === "sandbox" && (
              <Link href={`/sandbox?bot=${bot.id}`} className="text-table text-accent-ink hover:underline">
                {t("openSandbox")}
              </Link>
            )}
          </div>
        }
        action={
          <div className="flex items-center gap-2.5 pt-1.5 text-table text-ink-2">
            <span aria-hidden="true">{t("longConnection")}</span>
            <ConnectionSwitch bot={bot} noConnectionsOn={noConnectionsOn} onMoved={onMoved} onFailed={onFailed} />
          </div>
        }
      />
    </>
  );
}
