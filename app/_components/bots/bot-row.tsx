"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type MouseEvent, memo, useState } from "react";
import { BotFacts, FactsLine } from "@/app/_components/bots/bot-facts";
import { isUnable } from "@/app/_components/bots/bot-state";
import { ConnectionSwitch } from "@/app/_components/bots/connection-switch";
import { StateMark } from "@/app/_components/bots/state-mark";
import { Trouble } from "@/app/_components/bots/trouble";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { CopyId } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { RequestFailure } from "@/app/_components/requests/call";
import type { BotDay } from "@/lib/overview/schemas";

type BotRowProps = {
  live: LiveBot;
  /** Undefined: on its way. */
  day: BotDay | undefined;
  /** Its trouble is told with that of others. */
  isGrouped: boolean;
  noConnectionsOn?: string | undefined;
  withOwner: boolean;
  isSelected: boolean;
  onPick: (botId: string, event: MouseEvent) => void;
  onMoved: (botId: string, change: { useWebSocket: boolean }) => void;
};

export const gridOf = (withOwner: boolean) =>
  withOwner
    ? "wide:grid-cols-[1rem_minmax(11.25rem,1.3fr)_minmax(10.625rem,1.1fr)_minmax(6.5rem,0.6fr)_minmax(5.625rem,0.6fr)_2.75rem] huge:grid-cols-[1rem_minmax(8rem,1.3fr)_minmax(7.5rem,1.1fr)_minmax(5rem,0.8fr)_4.25rem_4.5rem_3.75rem_minmax(4.5rem,0.6fr)_minmax(4.5rem,0.6fr)_2.75rem]"
    : "wide:grid-cols-[1rem_minmax(11.25rem,1.3fr)_minmax(11.875rem,1.2fr)_minmax(7.5rem,0.8fr)_2.75rem] huge:grid-cols-[1rem_minmax(9rem,1.3fr)_minmax(9rem,1.1fr)_minmax(5.5rem,0.8fr)_4.25rem_4.5rem_3.75rem_minmax(5.5rem,0.6fr)_2.75rem]";

/** Drawn again only when something of it changes, and skipped by the browser while it is out of sight. */
export const BotRow = memo(function BotRow({
  live,
  day,
  isGrouped,
  noConnectionsOn,
  withOwner,
  isSelected,
  onPick,
  onMoved,
}: BotRowProps) {
  const t = useTranslations("ui.bots");
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const { bot, state, status, lastEventAt } = live;
  const isShared = (status?.otherConnections ?? 0) > 0;
  const suffering = isUnable(live) ? (
    <span className="text-bad">{t("unable")}</span>
  ) : isShared ? (
    t("shared")
  ) : undefined;
  const detail = bot.enabled ? (state === "connected" ? suffering : undefined) : t("disabled");
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows that a browser may skip while they are out of sight cannot be a table's own.
    // biome-ignore-start lint/a11y/useFocusableInteractive: the focus is on what stands in the row.
    <div
      role="row"
      data-bot={bot.id}
      aria-selected={isSelected}
      className={`lazy-row grid grid-cols-[1rem_minmax(0,1fr)_auto] items-center gap-x-5 gap-y-1.5 border-b py-2.5 aria-selected:bg-accent-soft max-wide:gap-x-3 huge:gap-x-3 ${gridOf(withOwner)}`}
    >
      <div role="cell" className="grid place-items-center self-start pt-1 wide:self-center wide:pt-0">
        <input
          type="checkbox"
          checked={isSelected}
          onClick={(event) => onPick(bot.id, event)}
          onChange={() => undefined}
          aria-label={t("select", { bot: bot.name })}
          className="relative size-4 accent-accent-fill after:absolute after:-inset-3"
        />
      </div>
      <div role="cell" className="min-w-0">
        <Link
          prefetch={false}
          href={`/bots/${bot.id}`}
          className="relative z-1 block truncate font-medium hover:text-accent-ink"
        >
          {bot.name}
        </Link>
        <div className="flex items-center gap-2 text-small text-ink-3">
          <CopyId id={bot.appId} />
          <CloudTag domain={bot.domain} />
          {withOwner && <span className="truncate wide:hidden">{bot.owner.name}</span>}
        </div>
      </div>
      <div role="cell" className="max-wide:order-3 max-wide:col-start-2">
        <StateMark state={state} status={status} detail={detail} />
      </div>
      <BotFacts bot={bot} day={day} />
      <div role="cell" className="text-small text-ink-2 max-wide:order-4 max-wide:text-right">
        {lastEventAt ? <TimeAgo at={lastEventAt} /> : <span className="text-ink-3">{t("noEventYet")}</span>}
      </div>
      {withOwner && (
        <div role="cell" className="truncate text-small text-ink-2 max-wide:hidden">
          {bot.owner.name}
        </div>
      )}
      <div role="cell" className="justify-self-end max-wide:order-2">
        <ConnectionSwitch
          bot={bot}
          noConnectionsOn={noConnectionsOn}
          onMoved={(useWebSocket) => onMoved(bot.id, { useWebSocket })}
          onFailed={setFailure}
        />
      </div>
      <FactsLine bot={bot} day={day} />
      <div role="cell" className="order-6 col-span-full grid gap-2 empty:hidden">
        {!isGrouped && <Trouble botId={bot.id} state={state} status={status} />}
        <Failure of={failure} />
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
});

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
