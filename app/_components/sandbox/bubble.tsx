"use client";
import { Forward, MessagesSquare, Reply, SmilePlus, Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type MouseEvent, type ReactNode, useState } from "react";
import type { CardAction } from "@/app/_components/chat/card-reading";
import { emojiOf, REACTIONS } from "@/app/_components/chat/emoji";
import { EventMark } from "@/app/_components/messages/event-mark";
import { Shape } from "@/app/_components/parts/shape";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import { Avatar } from "@/app/_components/sandbox/avatar";
import { nameIn } from "@/app/_components/sandbox/names";
import type { Event } from "@/lib/events/schemas";
import type { RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";

// Cards and Markdown are heavy: they come when there is a message.
const MessageBody = dynamic(async () => (await import("@/app/_components/chat/message-body")).MessageBody);

export type BubbleDeeds = {
  reply: (message: RoomMessage) => void;
  openThread: (message: RoomMessage) => void;
  react: (message: RoomMessage, emoji: string, remove: boolean) => void;
  /** Picks it among those that are forwarded, or no longer. */
  pick: (message: RoomMessage) => void;
  recall: (message: RoomMessage) => void;
  press: (message: RoomMessage, action: CardAction) => Promise<void>;
};

type BubbleProps = {
  message: RoomMessage;
  people: readonly RoomPerson[];
  /** As whom the reader writes: whose messages stand on the right and can be recalled. */
  me: string;
  quoted: RoomMessage | undefined;
  inThread: number;
  trace: Event | undefined;
  waits: boolean;
  /** Undefined while no messages are picked. */
  isPicked: boolean | undefined;
  deeds: BubbleDeeds;
};

export function Bubble({ message, people, me, quoted, inThread, trace, waits, isPicked, deeds }: BubbleProps) {
  const t = useTranslations("ui.sandbox");
  const locale = useLocale();
  const name = nameIn(people, message.sender, locale);
  const isMine = !message.fromBot && message.sender === me;
  const isBare = ["interactive", "image", "file"].includes(message.messageType) && !message.recalled;
  const look = isBare ? "" : `rounded-bubble px-3 py-2 ${isMine ? "bg-accent-soft" : "border bg-bg"}`;
  return (
    <li
      className={`group/message flex gap-2.5 ${isMine ? "flex-row-reverse" : ""}`}
      data-from={message.fromBot ? "bot" : "person"}
      data-message={message.messageId}
    >
      {isPicked !== undefined && !message.recalled && (
        <input
          type="checkbox"
          // biome-ignore lint/a11y/noAutofocus: the one that picking began with, whose button has gone.
          autoFocus={isPicked}
          aria-label={t("pick", { name, text: message.text ?? t("kinds.other") })}
          checked={isPicked}
          onChange={() => deeds.pick(message)}
          className="tap mt-2 size-4 flex-none accent-accent"
        />
      )}
      <Avatar name={name} isBot={message.fromBot} />
      <div
        className={`grid max-w-[min(38rem,85%)] min-w-0 grid-cols-1 gap-1 ${isMine ? "justify-items-end" : "justify-items-start"}`}
      >
        <span className="flex flex-wrap items-baseline gap-x-2 text-small text-ink-3">
          <span className="font-medium text-ink-2">{name}</span>
          <TimeAgo at={message.at} />
          {message.edited && <span>{t("edited")}</span>}
        </span>
        <div
          className={`relative max-w-full min-w-0 wrap-anywhere ${isBare ? "w-full" : ""} ${look} ${isMine && isBare ? "justify-items-end" : ""}`}
        >
          {quoted && (
            <span className="mb-1 block truncate border-l-2 border-line-strong pl-2 text-small text-ink-3">
              {nameIn(people, quoted.sender, locale)}:{" "}
              {quoted.recalled ? t("recalled") : (quoted.text ?? t("kinds.other"))}
            </span>
          )}
          {message.recalled ? (
            <em className="text-ink-3">{t("recalled")}</em>
          ) : (
            <MessageBody
              {...message}
              onPress={message.fromBot ? (action) => deeds.press(message, action) : undefined}
            />
          )}
        </div>
        <Reactions message={message} people={people} me={me} onReact={deeds.react} />
        <div className={`flex flex-wrap items-center gap-x-2.5 gap-y-1 text-small ${isMine ? "flex-row-reverse" : ""}`}>
          {trace && (
            <Link
              href={`/bots/${trace.botId}/messages/${trace.id}`}
              className="inline-flex items-center gap-1.5 rounded-small text-ink-3 hover:text-ink [&_[data-status]]:text-small"
              title={trace.error ?? trace.reasonText}
            >
              <EventMark status={trace.status} />
              <span className="underline decoration-line-strong underline-offset-2">{t("trace")}</span>
            </Link>
          )}
          {waits && (
            <span className="inline-flex items-center gap-1.5 text-busy" data-waits="">
              <Shape of="dashed" />
              {t("waits")}
            </span>
          )}
          {inThread > 0 && (
            <button
              type="button"
              onClick={() => deeds.openThread(message)}
              className="rounded-small text-accent-ink hover:underline"
            >
              {t("inThread", { count: inThread })}
            </button>
          )}
          {!message.recalled && isPicked === undefined && (
            <Actions message={message} isMine={isMine} me={me} deeds={deeds} />
          )}
        </div>
      </div>
    </li>
  );
}

type ReactionsProps = {
  message: RoomMessage;
  people: readonly RoomPerson[];
  me: string;
  onReact: BubbleDeeds["react"];
};

function Reactions({ message, people, me, onReact }: ReactionsProps) {
  const locale = useLocale();
  if (message.reactions.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1">
      {message.reactions.map(({ emoji, by }) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={by.includes(me)}
            onClick={() => onReact(message, emoji, by.includes(me))}
            data-reaction={emoji}
            className="inline-flex items-center gap-1 rounded-full border bg-bg px-2 py-0.5 text-small text-ink-2 hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <span>{emojiOf(emoji) ?? emoji}</span>
            {by.map((name) => nameIn(people, name, locale)).join(", ")}
          </button>
        </li>
      ))}
    </ul>
  );
}

type ActionsProps = { message: RoomMessage; isMine: boolean; me: string; deeds: BubbleDeeds };

/** In sight when the message is pointed at, reached by the keyboard, and always there on a phone. */
function Actions({ message, isMine, me, deeds }: ActionsProps) {
  const t = useTranslations("ui.sandbox");
  const [picks, setPicks] = useState<"pointer" | "keys" | null>(null);
  const mine = (emoji: string) => message.reactions.some((each) => each.emoji === emoji && each.by.includes(me));
  return (
    <span className="relative flex items-center gap-0.5 opacity-0 transition-opacity group-hover/message:opacity-100 focus-within:opacity-100 max-wide:mt-1 max-wide:flex-wrap max-wide:gap-3.5 max-wide:opacity-100">
      <Action
        label={t("react")}
        isOpen={picks !== null}
        onClick={({ detail }) => setPicks(picks ? null : detail === 0 ? "keys" : "pointer")}
      >
        <SmilePlus className="size-3.5" aria-hidden="true" />
      </Action>
      <Action label={t("reply")} onClick={() => deeds.reply(message)}>
        <Reply className="size-3.5" aria-hidden="true" />
      </Action>
      <Action label={t("replyInThread")} onClick={() => deeds.openThread(message)}>
        <MessagesSquare className="size-3.5" aria-hidden="true" />
      </Action>
      <Action label={t("forward.do")} onClick={() => deeds.pick(message)}>
        <Forward className="size-3.5" aria-hidden="true" />
      </Action>
      {isMine && (
        <Action label={t("recall")} onClick={() => deeds.recall(message)}>
          <Undo2 className="size-3.5" aria-hidden="true" />
        </Action>
      )}
      {picks && (
        <span className="flex flex-wrap gap-0.5 rounded-control border bg-raised p-0.5">
          {REACTIONS.map((emoji, index) => (
            <button
              key={emoji}
              type="button"
              // biome-ignore lint/a11y/noAutofocus: what the keys have opened stands behind the other buttons.
              autoFocus={picks === "keys" && index === 0}
              aria-label={emoji}
              aria-pressed={mine(emoji)}
              onClick={() => {
                setPicks(null);
                deeds.react(message, emoji, mine(emoji));
              }}
              className="grid size-7 place-items-center rounded-small text-base hover:bg-hover aria-pressed:bg-accent-soft"
            >
              {emojiOf(emoji)}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}

type ActionProps = { label: string; isOpen?: boolean; onClick: (event: MouseEvent) => void; children: ReactNode };

function Action({ label, isOpen, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-expanded={isOpen}
      title={label}
      onClick={onClick}
      className="tap grid size-6.5 place-items-center rounded-small text-ink-3 hover:bg-hover hover:text-ink"
    >
      {children}
    </button>
  );
}
