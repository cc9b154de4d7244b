"use client";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { useRequest } from "@/app/_components/requests/use-request";
import { chatTitle, type RoomChatHead } from "@/app/_components/sandbox/names";
import type { RoomPerson } from "@/lib/sandbox/room-shapes";

type ForwardBarProps = {
  count: number;
  from: string;
  chats: readonly RoomChatHead[];
  people: readonly RoomPerson[];
  onCancel: () => void;
  onForward: (to: RoomChatHead) => Promise<void>;
};

/** Where one writes, while messages are picked: how many there are, and where they go. */
export function ForwardBar({ count, from, chats, people, onCancel, onForward }: ForwardBarProps) {
  const t = useTranslations("ui.sandbox.forward");
  const locale = useLocale();
  const open = chats.filter(({ hasBot }) => hasBot);
  const [chosen, setChosen] = useState(from);
  const to = open.find(({ chatId }) => chatId === chosen) ?? open[0];
  const { pending, failure, run } = useRequest();
  return (
    <form
      aria-label={t("do")}
      onSubmit={(event) => {
        event.preventDefault();
        if (to && count > 0) void run(() => onForward(to));
      }}
      className="grid gap-2 border-t p-3"
    >
      <Failure of={failure} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-table">
        <span aria-live="polite" className="font-medium">
          {t("picked", { count })}
        </span>
        <label className="flex min-w-0 flex-1 items-center gap-2 text-ink-2 max-wide:order-last max-wide:basis-full">
          <span className="flex-none">{t("to")}</span>
          <select
            value={to?.chatId}
            onChange={(event) => setChosen(event.target.value)}
            className="h-8 w-full max-w-60 min-w-0 max-wide:max-w-none rounded-control border border-line-strong bg-bg px-2 text-ink max-wide:text-[1rem]"
          >
            {open.map((chat) => (
              <option key={chat.chatId} value={chat.chatId}>
                {chatTitle(chat, people, locale)}
              </option>
            ))}
          </select>
        </label>
        <span className="ml-auto flex gap-2">
          <Button size="small" look="quiet" onClick={onCancel}>
            {t("cancel")}
          </Button>
          <Button type="submit" size="small" look="primary" busy={pending} disabled={count === 0}>
            {t("do")}
          </Button>
        </span>
      </div>
    </form>
  );
}
