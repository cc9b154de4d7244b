"use client";
import { Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type KeyboardEvent, useRef } from "react";
import { summaryOf } from "@/app/_components/chat/card-reading";
import { Avatar } from "@/app/_components/sandbox/avatar";
import { chatTitle, type RoomChatHead } from "@/app/_components/sandbox/names";
import type { RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";

type ChatListProps = {
  chats: readonly RoomChatHead[];
  people: readonly RoomPerson[];
  messages: ReadonlyMap<string, readonly RoomMessage[]>;
  current: string | undefined;
  unread: ReadonlyMap<string, number>;
  onChoose: (chatId: string) => void;
  onAddPerson: () => void;
  onAddGroup: () => void;
};

/** The chats, people first; arrow keys go from one to the next. */
export function ChatList({
  chats,
  people,
  messages,
  current,
  unread,
  onChoose,
  onAddPerson,
  onAddGroup,
}: ChatListProps) {
  const t = useTranslations("ui.sandbox");
  const list = useRef<HTMLElement>(null);
  const move = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const entries = [...(list.current?.querySelectorAll<HTMLButtonElement>("[data-chat]") ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLButtonElement);
    const next = entries[(at + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length];
    next?.focus();
    if (next?.dataset.chat) onChoose(next.dataset.chat);
  };
  const rows = (kind: RoomChatHead["kind"]) =>
    chats
      .filter((chat) => chat.kind === kind)
      .map((chat) => (
        <ChatRow
          key={chat.chatId}
          chat={chat}
          people={people}
          last={messages.get(chat.chatId)?.at(-1)}
          unread={unread.get(chat.chatId) ?? 0}
          isCurrent={chat.chatId === current}
          onChoose={() => onChoose(chat.chatId)}
        />
      ));
  return (
    <nav ref={list} aria-label={t("chats")} onKeyDown={move} className="min-h-0 flex-1 overflow-y-auto p-2">
      <Head text={t("directChats")} action={t("addPerson")} onAdd={onAddPerson} />
      <ul className="grid gap-0.5">{rows("direct")}</ul>
      <Head text={t("groups")} action={t("addGroup")} onAdd={onAddGroup} />
      <ul className="grid gap-0.5">{rows("group")}</ul>
    </nav>
  );
}

function Head({ text, action, onAdd }: { text: string; action: string; onAdd: () => void }) {
  return (
    <div className="flex items-center justify-between px-2 pt-2 pb-1 text-small text-ink-3">
      {text}
      <button
        type="button"
        onClick={onAdd}
        aria-label={action}
        title={action}
        className="grid size-6 place-items-center rounded-small hover:bg-hover hover:text-ink"
      >
        <Plus className="size-3.5" aria-hidden="true" />
      </button>
    </div>
  );
}

type ChatRowProps = {
  chat: RoomChatHead;
  people: readonly RoomPerson[];
  last: RoomMessage | undefined;
  unread: number;
  isCurrent: boolean;
  onChoose: () => void;
};

function ChatRow({ chat, people, last, unread, isCurrent, onChoose }: ChatRowProps) {
  const t = useTranslations("ui.sandbox");
  const locale = useLocale();
  const title = chatTitle(chat, people, locale);
  const words = last?.recalled
    ? t("recalled")
    : (last?.text ?? (last && (summaryOf(last.card, locale) || t("kinds.other"))));
  return (
    <li>
      <button
        type="button"
        data-chat={chat.chatId}
        aria-current={isCurrent || undefined}
        onClick={onChoose}
        className="flex w-full items-center gap-2.5 rounded-control px-2 py-1.5 text-left hover:bg-hover aria-[current=true]:bg-accent-soft"
      >
        <Avatar name={title} isGroup={chat.kind === "group"} />
        <span className="grid min-w-0 flex-1">
          <span className="truncate text-table font-medium">{title}</span>
          <span className="truncate text-small text-ink-3">
            {words ?? (chat.kind === "group" ? t(chat.isTopic ? "topicGroup" : "group") : t("nothingYet"))}
          </span>
        </span>
        {unread > 0 && (
          <span className="grid h-4.5 min-w-4.5 flex-none place-items-center rounded-full bg-bad px-1 text-tiny font-semibold text-bg">
            <span className="sr-only">{t("unread", { count: unread })}</span>
            <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
          </span>
        )}
      </button>
    </li>
  );
}
