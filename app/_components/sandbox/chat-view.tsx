"use client";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type ChatHost, ChatHostProvider } from "@/app/_components/chat/chat-host";
import { Bubble, type BubbleDeeds } from "@/app/_components/sandbox/bubble";
import type { Traces } from "@/app/_components/sandbox/use-traces";
import type { RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";

type ChatViewProps = {
  botId: string;
  messages: readonly RoomMessage[];
  people: readonly RoomPerson[];
  me: string;
  traces: Traces;
  /** Only what stands in this thread; else the chat, in which a thread is its first message. */
  threadId: string | undefined;
  deeds: BubbleDeeds;
  /** The messages that are picked to be forwarded; undefined while none are to be. */
  picked: ReadonlySet<string> | undefined;
  children: ReactNode;
};

/** Nearer to the end than this is at the end. */
const AT_END_PX = 80;

/** What stands in the chat, oldest on top. Whoever reads further up is not moved; the end stays in sight for the others. */
export function ChatView({ botId, messages, people, me, traces, threadId, deeds, picked, children }: ChatViewProps) {
  const t = useTranslations("ui.sandbox");
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const wishesEnd = useRef(true);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    if (!list.current) return;
    // A card that grows, an image that has arrived: the end moves without a new message.
    const observer = new ResizeObserver(() => wishesEnd.current && scrollToEnd(box.current));
    observer.observe(list.current);
    return () => observer.disconnect();
  }, []);
  const look = () => {
    const { scrollTop, clientHeight, scrollHeight } = box.current ?? { scrollTop: 0, clientHeight: 0, scrollHeight: 0 };
    const isNearEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    // Only whoever scrolls up leaves the end: the chat may have grown since the scrolling that this tells of.
    wishesEnd.current = isNearEnd || (wishesEnd.current && scrollTop >= lastTop.current);
    lastTop.current = scrollTop;
    setAtEnd(wishesEnd.current);
  };
  const host = useMemo<ChatHost>(
    () => ({
      resourceUrl: (key) =>
        /^(img|file)_/.test(key) ? `/api/sandbox/resources?${new URLSearchParams({ botId, key })}` : undefined,
      nameOf: (id) => people.find(({ openId }) => openId === id)?.name,
    }),
    [botId, people],
  );
  const ownCount = messages.filter(({ fromBot, sender }) => !fromBot && sender === me).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever writes looks at what they wrote.
  useLayoutEffect(() => scrollToEnd(box.current), [ownCount]);
  const shown = messages.filter((message) => (threadId ? message.threadId === threadId : isTop(message, messages)));
  return (
    <div className="relative min-h-0 flex-1 bg-sunk">
      <div
        ref={box}
        onScroll={look}
        role="log"
        aria-label={t("chat")}
        className="h-full overflow-y-auto px-4 py-4 -outline-offset-2"
      >
        {shown.length === 0 && children}
        <ChatHostProvider host={host}>
          <ol ref={list} className="grid grid-cols-1 gap-4">
            {shown.map((message) => (
              <Bubble
                key={message.messageId}
                message={message}
                people={people}
                me={me}
                quoted={quotedBy(message, messages, threadId)}
                inThread={threadId ? 0 : threadLength(message, messages)}
                trace={traces.of.get(message.messageId)}
                waits={isWaiting(message, traces)}
                isPicked={picked?.has(message.messageId)}
                deeds={deeds}
              />
            ))}
          </ol>
        </ChatHostProvider>
      </div>
      {!isAtEnd && (
        <button
          type="button"
          onClick={() => scrollToEnd(box.current)}
          className="absolute right-4 bottom-3 inline-flex items-center gap-1.5 rounded-full border bg-raised px-3 py-1 text-small font-medium hover:bg-hover"
        >
          <ArrowDown className="size-3.5" aria-hidden="true" />
          {t("toEnd")}
        </button>
      )}
    </div>
  );
}

function scrollToEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

/** It was written for the bot, which has not received it. */
const isWaiting = ({ messageId, eventId, recalled, at }: RoomMessage, { of, since }: Traces) =>
  eventId !== undefined && !recalled && since !== undefined && at > since && !of.has(messageId);

const firstOfThread = (threadId: string, messages: readonly RoomMessage[]) =>
  messages.find((message) => message.threadId === threadId)?.messageId;

const isTop = (message: RoomMessage, messages: readonly RoomMessage[]) =>
  !message.threadId || firstOfThread(message.threadId, messages) === message.messageId;

const threadLength = ({ threadId }: RoomMessage, messages: readonly RoomMessage[]) =>
  threadId ? messages.filter((message) => message.threadId === threadId).length - 1 : 0;

/** In a thread the message it began with is not said again and again. */
function quotedBy({ replyTo }: RoomMessage, messages: readonly RoomMessage[], threadId: string | undefined) {
  const quoted = messages.find(({ messageId }) => messageId === replyTo);
  return threadId && quoted?.threadId === threadId ? undefined : quoted;
}
