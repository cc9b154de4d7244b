"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { CloudTag } from "@/app/_components/bots/bot-row";
import { headlineOf } from "@/app/_components/bots/bot-state";
import { ConnectionSwitch } from "@/app/_components/bots/connection-switch";
import { StateMark } from "@/app/_components/bots/state-mark";
import { useAttentions } from "@/app/_components/bots/use-attention";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { BackLink } from "@/app/_components/parts/back-link";
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
      <BackLink href="/bots" className="-mb-3">
        {t("allBots")}
      </BackLink>
      <PageHead
        title={t(`verdict.${verdict}`, { name: bot.name })}
        sub={
          <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1">
            <StateMark state={state} status={status} detail={bot.enabled ? undefined : t("isDisabled")} />
            <CopyId id={bot.appId} />
            <CloudTag domain={bot.domain} />
            {bot.domain === "sandbox" && (
              <Link href={`/sandbox?bot=${bot.id}`} className="relative z-1 text-table text-accent-ink hover:underline">
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
