"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Took } from "@/app/_components/messages/duration";
import { EventMark } from "@/app/_components/messages/event-mark";
import { useShownText } from "@/app/_components/messages/use-shown-text";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Event } from "@/lib/events/schemas";
import type { Titles } from "@/lib/events/titles";

const LOG_GRID = "wide:grid-cols-[5.75rem_minmax(0,1fr)_minmax(0,9.375rem)_minmax(0,9.375rem)_6.875rem_4.5rem]";
const ALL_GRID =
  "wide:grid-cols-[5.75rem_minmax(0,8.125rem)_minmax(0,1fr)_minmax(0,8.125rem)_minmax(0,9.375rem)_6.875rem_4.5rem]";

/** What the columns of the log are; each row says it in its own words. */
export function LogHead({ withBot = false }: { withBot?: boolean }) {
  const t = useTranslations("ui.messages.columns");
  const bot = withBot ? (["bot"] as const) : [];
  const names = ["time", ...bot, "text", "sender", "chat", "status", "took"] as const;
  return (
    <div
      aria-hidden="true"
      className={`hidden gap-x-4 border-t py-2 text-small text-ink-3 wide:grid ${withBot ? ALL_GRID : LOG_GRID}`}
    >
      {names.map((name) => (
        <span key={name} className="last:text-right">
          {t(name)}
        </span>
      ))}
    </div>
  );
}

type MessageRowProps = {
  event: Event;
  compact?: boolean;
  /** Where the log is of several bots. */
  botName?: string | undefined;
  /** Which log it stands in: the trace leads back to it. */
  log?: string | undefined;
  /** What people and groups are called, by their ids. */
  known?: Titles | undefined;
  /** Shows the one chat, or what the one person wrote, only. */
  onOnly?: ((only: { chatId: string } | { senderId: string }) => void) | undefined;
};

/** One event of the log; the row opens its trace. Those that did not change are not made anew: there may be a thousand. */
export const MessageRow = memo(function MessageRow({
  event,
  compact = false,
  botName,
  log = "",
  known,
  onOnly,
}: MessageRowProps) {
  const t = useTranslations("ui.messages");
  const shown = useShownText();
  const grid = compact
    ? "wide:grid-cols-[5.25rem_minmax(0,1fr)_6.875rem]"
    : botName === undefined
      ? LOG_GRID
      : ALL_GRID;
  return (
    <li
      className={`relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-b py-2 text-table hover:bg-hover ${grid}`}
      data-event={event.id}
    >
      <TimeAgo at={event.receivedAt} className="z-1 justify-self-start text-small text-ink-3" />
      {botName !== undefined && (
        <Link
          prefetch={false}
          href={`/bots/${event.botId}`}
          className="z-1 min-w-0 truncate text-ink-2 hover:text-accent-ink max-wide:order-3 max-wide:col-span-2 max-wide:text-small"
        >
          {botName}
        </Link>
      )}
      <div className="min-w-0 max-wide:order-3 max-wide:col-span-2">
        <Link
          // A page of fifty rows must not ask for fifty traces.
          prefetch={false}
          href={`/bots/${event.botId}/messages/${event.id}${log}`}
          className="block truncate after:absolute after:inset-0 hover:text-accent-ink"
        >
          {event.text ? shown(event.text) : <span className="font-mono text-small text-ink-2">{event.eventType}</span>}
        </Link>
        {(event.error || event.reasonText) && (
          <p className={`truncate text-small ${event.status === "failed" ? "text-bad" : "text-ink-3"}`}>
            {event.error ?? event.reasonText}
          </p>
        )}
      </div>
      {!compact && (
        <>
          <div className="min-w-0 truncate text-small text-ink-2 max-wide:order-4">
            <Only
              id={event.senderId}
              known={known}
              label={(name) => t("onlySender", { name })}
              onClick={onOnly && ((senderId) => onOnly({ senderId }))}
            />
          </div>
          <div className="min-w-0 text-small text-ink-3 wrap-anywhere max-wide:order-5 max-wide:justify-self-end max-wide:text-right">
            <Only
              id={event.chatId}
              known={known}
              // Who it is with stands beside it.
              words={event.chatType === "p2p" ? t("direct") : undefined}
              label={(chat) => t("onlyChat", { chat })}
              onClick={onOnly && ((chatId) => onOnly({ chatId }))}
            />
          </div>
        </>
      )}
      <div className="max-wide:order-2 max-wide:justify-self-end">
        <EventMark status={event.status} />
      </div>
      {!compact && (
        <div className="justify-self-end text-small text-ink-3 max-wide:hidden">
          {/* From its receipt to the end of the replay says nothing of how soon it was answered. */}
          {event.replays ? t("replayedShort") : <Took from={event.receivedAt} to={event.finishedAt} />}
        </div>
      )}
    </li>
  );
});

type OnlyProps = {
  id: string | undefined;
  known: MessageRowProps["known"];
  label: (name: string) => string;
  /** Instead of the title. */
  words?: string | undefined;
  onClick: ((id: string) => void) | undefined;
};

function Only({ id, known, label, words, onClick }: OnlyProps) {
  const shown = words && id ? <span title={id}>{words}</span> : <Named id={id} known={known} />;
  if (!onClick || !id) return shown;
  return (
    <button
      type="button"
      onClick={() => onClick(id)}
      aria-label={label(known?.get(id)?.title ?? id)}
      className="relative z-1 text-left hover:text-accent-ink hover:underline max-wide:text-right"
    >
      {shown}
    </button>
  );
}

export function Named({ id, known }: { id: string | undefined; known: MessageRowProps["known"] }) {
  const { title, isNamed } = (id && known?.get(id)) || {};
  if (title === undefined) return <span className="font-mono">{middle(id)}</span>;
  return (
    <span title={id}>
      {title}
      {/* Several may be called so. */}
      {!isNamed && <small className="ml-1 font-mono text-tiny text-ink-3">{id?.slice(-4)}</small>}
    </span>
  );
}

const middle = (id: string | undefined) => (id && id.length > 14 ? `${id.slice(0, 7)}…${id.slice(-4)}` : (id ?? ""));
