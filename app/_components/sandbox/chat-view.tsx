"use client";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { type ChatHost, ChatHostProvider } from "@/app/_components/chat/chat-host";
import { TimeAgo } from "@/app/_components/parts/time-ago";
import type { Bot } from "@/lib/bots/schemas";
import type { RoomChat } from "@/lib/sandbox/room";

// Cards and Markdown are heavy: they come when there is a message.
const MessageBody = dynamic(async () => (await import("@/app/_components/chat/message-body")).MessageBody);

const HOST: ChatHost = {};

type Message = RoomChat["messages"][number];

/** What stands in the chat, oldest on top, the newest in sight. */
export function ChatView({ messages, bot, kind }: { messages: Message[]; bot: Bot; kind: RoomChat["kind"] }) {
  const t = useTranslations("ui.sandbox");
  const end = useRef<HTMLDivElement>(null);
  const count = messages.length;
  useEffect(() => {
    const box = end.current?.parentElement;
    if (count > 0 && box) box.scrollTop = box.scrollHeight;
  }, [count]);
  return (
    <div role="log" aria-label={t("chat")} className="flex-1 overflow-y-auto bg-sunk px-4 py-4">
      {count === 0 && (
        <p className="mx-auto mt-8 max-w-[36ch] text-center text-pretty text-ink-2">
          {t(kind === "direct" ? "noMessages" : "noMessagesGroup", { bot: bot.name })}
        </p>
      )}
      <ChatHostProvider host={HOST}>
        <ol className="grid grid-cols-1 gap-3">
          {messages.map((message) => (
            <Bubble key={message.messageId} message={message} quoted={quotedBy(message, messages)} />
          ))}
        </ol>
      </ChatHostProvider>
      {count > 0 && (
        <p className="mt-4 text-center text-small">
          <Link href={`/bots/${bot.id}/messages`} className="text-accent-ink hover:underline">
            {t("seeTrace")}
          </Link>
        </p>
      )}
      <div ref={end} />
    </div>
  );
}

function Bubble({ message, quoted }: { message: Message; quoted: string | undefined }) {
  const t = useTranslations("ui.sandbox");
  return (
    <li
      className={`flex flex-col ${message.fromBot ? "items-start" : "items-end"}`}
      data-from={message.fromBot ? "bot" : "person"}
    >
      <span className="text-small text-ink-3">
        {message.sender} <TimeAgo at={message.at} />
      </span>
      <div
        className={`mt-0.5 max-w-[85%] rounded-bubble border px-3 py-2 wrap-anywhere ${message.fromBot ? "bg-bg" : "border-transparent bg-accent-soft"}`}
      >
        {quoted && (
          <span className="mb-1 block truncate border-l-2 border-line-strong pl-2 text-small text-ink-3">{quoted}</span>
        )}
        {message.recalled ? <em className="text-ink-3">{t("recalled")}</em> : <MessageBody {...message} />}
      </div>
    </li>
  );
}

const quotedBy = (message: Message, messages: Message[]): string | undefined => {
  const quoted = messages.find(({ messageId }) => messageId === message.replyTo);
  return quoted && `${quoted.sender}: ${quoted.text ?? quoted.messageType}`;
};
