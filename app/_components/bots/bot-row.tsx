"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConnectionSwitch } from "@/app/_components/bots/connection-switch";
import { StateMark } from "@/app/_components/bots/state-mark";
import { Trouble } from "@/app/_components/bots/trouble";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { CopyId } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { RequestFailure } from "@/app/_components/requests/call";

type BotRowProps = {
  live: LiveBot;
  noConnectionsOn?: string | undefined;
  showOwner: boolean;
  onMoved: (useWebSocket: boolean) => void;
};

export function BotRow({
  live: { bot, state, status, lastEventAt },
  noConnectionsOn,
  showOwner,
  onMoved,
}: BotRowProps) {
  const t = useTranslations("ui.bots");
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const isShared = state === "connected" && (status?.otherConnections ?? 0) > 0;
  const detail = bot.enabled ? (isShared ? t("shared") : undefined) : t("disabled");
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-5 gap-y-1.5 border-b py-2.5 wide:grid-cols-[minmax(180px,1.3fr)_minmax(190px,1.2fr)_minmax(120px,0.8fr)_44px]">
      <div className="min-w-0">
        <Link prefetch={false} href={`/bots/${bot.id}`} className="block truncate font-medium hover:text-accent-ink">
          {bot.name}
        </Link>
        <div className="flex items-center gap-2 text-small text-ink-3">
          <CopyId id={bot.appId} />
          <CloudTag domain={bot.domain} />
          {showOwner && <span className="truncate">{bot.owner.name}</span>}
        </div>
      </div>
      <div className="max-wide:order-3">
        <StateMark state={state} status={status} detail={detail} />
      </div>
      <div className="text-small text-ink-2 max-wide:order-4 max-wide:text-right">
        {lastEventAt ? (
          <>
            <span className="text-ink-3">{t("lastEvent")} </span>
            <TimeAgo at={lastEventAt} />
          </>
        ) : (
          <span className="text-ink-3">{t("noEventYet")}</span>
        )}
      </div>
      <div className="justify-self-end max-wide:order-2">
        <ConnectionSwitch bot={bot} noConnectionsOn={noConnectionsOn} onMoved={onMoved} onFailed={setFailure} />
      </div>
      <div className="order-5 col-span-full grid gap-2 empty:hidden">
        <Trouble botId={bot.id} state={state} status={status} />
        <Failure of={failure} />
      </div>
    </li>
  );
}

/** Which cloud a bot lives in, where it is not Feishu's own. */
export function CloudTag({ domain }: { domain: string }) {
  const t = useTranslations("ui.clouds");
  if (domain === "feishu") return null;
  return (
    <span className="max-w-48 truncate rounded-full border px-2 text-tiny text-ink-2">
      {domain === "lark" || domain === "sandbox" ? t(domain) : domain.replace(/^https?:\/\//, "")}
    </span>
  );
}
