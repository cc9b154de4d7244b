"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { CloudTag } from "@/app/_components/bots/bot-row";
import { isUnable } from "@/app/_components/bots/bot-state";
import { ConnectionSwitch } from "@/app/_components/bots/connection-switch";
import { StateMark } from "@/app/_components/bots/state-mark";
import { Trouble } from "@/app/_components/bots/trouble";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { useDuration } from "@/app/_components/messages/duration";
import { useClockTime } from "@/app/_components/overview/clock-time";
import { RowBar } from "@/app/_components/overview/row-bar";
import { CopyId } from "@/app/_components/parts/copy";
import { Failure } from "@/app/_components/parts/failure";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { RequestFailure } from "@/app/_components/requests/call";
import type { BotDay, Overview } from "@/lib/overview/schemas";

type BotLineProps = {
  live: LiveBot;
  day: BotDay | undefined;
  /** Its trouble is told with that of others. */
  isGrouped: boolean;
  overview: Overview | undefined;
  noConnectionsOn?: string | undefined;
  onMoved: (botId: string, change: { useWebSocket: boolean }) => void;
};

/** A bot on the overview: its state, its day, its last message and its switch. */
export const BotLine = memo(function BotLine({
  live,
  day,
  isGrouped,
  overview,
  noConnectionsOn,
  onMoved,
}: BotLineProps) {
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const { bot, state, status } = live;
  const t = useTranslations("ui.overview");
  const clock = useClockTime();
  const bots = useTranslations("ui.bots");
  const since = status?.connectedAt && t("connectedSince", { time: clock(status.connectedAt) });
  const detail = state === "connected" && (isUnable(live) ? <span className="text-bad">{bots("unable")}</span> : since);
  return (
    <li
      data-bot={bot.id}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-5 gap-y-2 border-b py-2.5 wide:grid-cols-[minmax(9.375rem,1fr)_minmax(9.375rem,1fr)_minmax(10rem,1.6fr)_minmax(7.375rem,auto)_2.5rem]"
    >
      <div className="min-w-0">
        <Link href={`/bots/${bot.id}`} prefetch={false} className="block truncate font-medium hover:text-accent-ink">
          {bot.name}
        </Link>
        <div className="flex items-center gap-2 text-small text-ink-3">
          <CopyId id={bot.appId} />
          <CloudTag domain={bot.domain} />
        </div>
      </div>
      <div className="min-w-0 max-wide:order-3 max-wide:col-span-2">
        <StateMark state={state} status={status} detail={detail || undefined} />
      </div>
      <div className="max-wide:order-4 max-wide:col-span-2">
        {overview ? (
          day && <RowBar bot={bot.name} day={day} overview={overview} isNever={status?.neverConnected === true} />
        ) : (
          <ComingBar />
        )}
      </div>
      <div className="text-small max-wide:order-5 max-wide:col-span-2 max-wide:flex max-wide:gap-2 wide:text-right">
        {overview ? <LastMessage live={live} day={day} /> : <ComingWords />}
      </div>
      <div className="justify-self-end max-wide:order-2">
        <ConnectionSwitch
          bot={bot}
          noConnectionsOn={noConnectionsOn}
          onMoved={(useWebSocket) => onMoved(bot.id, { useWebSocket })}
          onFailed={setFailure}
        />
      </div>
      <div className="order-6 col-span-full grid gap-2 empty:hidden">
        {!isGrouped && <Trouble botId={bot.id} state={state} status={status} />}
        <Failure of={failure} />
      </div>
    </li>
  );
});

const ComingBar = () => <div aria-hidden="true" className="h-5 animate-breathe rounded-small bg-line" />;

const ComingWords = () => (
  <span aria-hidden="true" className="inline-block h-3 w-20 animate-breathe rounded-small bg-line" />
);

function LastMessage({ live, day }: { live: LiveBot; day: BotDay | undefined }) {
  const t = useTranslations("ui.overview");
  const duration = useDuration();
  const at = [live.lastEventAt, day?.lastMessageAt].reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b));
  const repliedAt = [live.status?.lastReplyAt, day?.lastReplyAt].reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b));
  if (!at) return <span className="text-ink-3">{t("noMessage")}</span>;
  return (
    <>
      <div className="text-ink-2">
        <span className="sr-only">{t("lastMessage")} </span>
        <TimeAgo at={at} />
      </div>
      {day?.lastAnswerMs !== undefined && live.bot.reply.kind !== "none" ? (
        <div className="text-ink-3">{t("answeredIn", { time: duration(day.lastAnswerMs) })}</div>
      ) : (
        repliedAt && (
          <div className="text-ink-3">
            {t("replied")} <TimeAgo at={repliedAt} />
          </div>
        )
      )}
    </>
  );
}
