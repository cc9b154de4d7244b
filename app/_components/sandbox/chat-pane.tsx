"use client";
import { ChevronLeft, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useRef, useState } from "react";
import type { ShownState } from "@/app/_components/bots/bot-state";
import { StateMark } from "@/app/_components/bots/state-mark";
import type { CardAction } from "@/app/_components/chat/card-reading";
import { announce } from "@/app/_components/parts/announcer";
import { Button } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { Notice } from "@/app/_components/parts/notice";
import { useRequest } from "@/app/_components/requests/use-request";
import type { BubbleDeeds } from "@/app/_components/sandbox/bubble";
import { ChatView } from "@/app/_components/sandbox/chat-view";
import { Composer } from "@/app/_components/sandbox/composer";
import { ForwardBar } from "@/app/_components/sandbox/forward-bar";
import { chatTitle, type RoomChatHead } from "@/app/_components/sandbox/names";
import { Starters } from "@/app/_components/sandbox/starters";
import type { Deeds, PressResult } from "@/app/_components/sandbox/use-deeds";
import type { Traces } from "@/app/_components/sandbox/use-traces";
import type { Bot, ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";

type ChatPaneProps = {
  bot: ListedBot;
  behavior: Bot["behavior"];
  state: ShownState;
  status: ConnectionStatus | undefined;
  chat: RoomChatHead;
  chats: readonly RoomChatHead[];
  people: readonly RoomPerson[];
  messages: readonly RoomMessage[];
  traces: Traces;
  deeds: Deeds;
  activeFaults: number;
  onBack: () => void;
  onFaults: () => void;
  onChoose: (chatId: string) => void;
};

/** One chat: its head, what stands in it, the bot's menu, and where one writes. */
export function ChatPane({
  bot,
  behavior,
  chat,
  chats,
  people,
  messages,
  traces,
  deeds,
  onChoose,
  ...head
}: ChatPaneProps) {
  const t = useTranslations("ui.sandbox");
  const members = people.filter(({ openId }) => chat.people.includes(openId));
  const [me, setMe] = useState(chat.kind === "direct" ? chat.title : (members[0]?.name ?? people[0]?.name ?? ""));
  const [reply, setReply] = useState<{ to: string; inThread: boolean }>();
  const [picked, setPicked] = useState<ReadonlySet<string>>();
  const [toast, setToast] = useState<PressResult>();
  const { failure, run } = useRequest();
  const answered = messages.find(({ messageId }) => messageId === reply?.to);
  const threadId = reply?.inThread ? (answered?.threadId ?? "new") : undefined;

  const field = useRef<HTMLTextAreaElement>(null);
  const replyTo = (chosen: typeof reply) => {
    setReply(chosen);
    field.current?.focus();
  };

  const bubbleDeeds: BubbleDeeds = {
    reply: ({ messageId }) => replyTo({ to: messageId, inThread: false }),
    openThread: ({ messageId }) => replyTo({ to: messageId, inThread: true }),
    pick: ({ messageId }) =>
      setPicked((before = new Set()) => {
        const rest = [...before].filter((id) => id !== messageId);
        return new Set(rest.length < before.size ? rest : [...rest, messageId]);
      }),
    react: ({ messageId }, emoji, remove) => void run(() => deeds.react(messageId, me, emoji, remove)),
    recall: ({ messageId }) => void run(() => deeds.recall(messageId)),
    press: async ({ messageId }, action: CardAction) => {
      setToast(undefined);
      await run(async () => {
        const result = await deeds.press(messageId, me, action);
        setToast(result);
        announce(result.toast?.content ?? t(result.ok ? "pressed" : "pressFailed"));
      });
    },
  };
  const say = (text: string) =>
    void run(async () => {
      await deeds.say({
        chatId: chat.chatId,
        person: me,
        text,
        ...(chat.kind === "group" ? { mentionBot: true } : {}),
      });
    });
  const forward = async (to: RoomChatHead) => {
    // As they stand in the chat, in whatever order they were picked.
    const ids = messages.flatMap(({ messageId }) => (picked?.has(messageId) ? [messageId] : []));
    await deeds.say({ chatId: to.chatId, person: to.kind === "direct" ? to.title : me, forward: ids });
    setPicked(undefined);
    onChoose(to.chatId);
  };
  const shown = threadId === "new" && answered ? [{ ...answered, threadId: "new" }] : messages;
  return (
    <>
      <PaneHead
        bot={bot}
        chat={chat}
        people={people}
        {...head}
        threadOpen={threadId !== undefined}
        onCloseThread={() => setReply(undefined)}
      >
        {chat.kind === "group" && (
          <Button
            size="small"
            look="quiet"
            onClick={() => void run(() => deeds.setMember(chat.chatId, !chat.hasBot, me))}
          >
            {t(chat.hasBot ? "removeBot" : "addBot")}
          </Button>
        )}
      </PaneHead>
      <ChatView
        botId={bot.id}
        messages={shown}
        people={people}
        me={me}
        traces={traces}
        threadId={threadId}
        deeds={bubbleDeeds}
        picked={picked}
      >
        <Starters
          bot={bot}
          kind={chat.kind}
          onSay={say}
          onVisit={
            chat.kind === "direct" && behavior.welcome.direct ? () => void run(() => deeds.visit(me)) : undefined
          }
        />
      </ChatView>
      {toast && <Toast of={toast} onClose={() => setToast(undefined)} />}
      {failure && (
        <div className="border-t p-2">
          <Failure of={failure} />
        </div>
      )}
      {chat.kind === "direct" && behavior.menu.length > 0 && (
        <fieldset aria-label={t("menu")} className="flex gap-2 overflow-x-auto border-t px-3 py-2">
          {behavior.menu.map(({ eventKey }) => (
            <Button key={eventKey} size="small" onClick={() => void run(() => deeds.chooseMenu(me, eventKey))}>
              {eventKey}
            </Button>
          ))}
        </fieldset>
      )}
      {picked ? (
        <ForwardBar
          count={picked.size}
          from={chat.chatId}
          chats={chats}
          people={people}
          onCancel={() => setPicked(undefined)}
          onForward={forward}
        />
      ) : chat.hasBot ? (
        <Composer
          bot={bot}
          chat={chat}
          people={members}
          me={me}
          onMe={setMe}
          replyTo={answered}
          inThread={reply?.inThread ?? false}
          onReplyDone={() => !reply?.inThread && setReply(undefined)}
          deeds={deeds}
          field={field}
        />
      ) : (
        <p className="border-t p-4 text-table text-ink-2">{t("botIsOut", { bot: bot.name })}</p>
      )}
    </>
  );
}

type PaneHeadProps = Pick<
  ChatPaneProps,
  "bot" | "chat" | "people" | "state" | "status" | "activeFaults" | "onBack" | "onFaults"
> & {
  threadOpen: boolean;
  onCloseThread: () => void;
  children: ReactNode;
};

function PaneHead({
  bot,
  chat,
  people,
  state,
  status,
  activeFaults,
  onBack,
  onFaults,
  threadOpen,
  onCloseThread,
  children,
}: PaneHeadProps) {
  const t = useTranslations("ui.sandbox");
  const locale = useLocale();
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-2">
      <button
        type="button"
        aria-label={t(threadOpen ? "closeThread" : "chats")}
        onClick={threadOpen ? onCloseThread : onBack}
        className={`tap -ml-1 grid size-7 place-items-center rounded-small text-ink-2 hover:bg-hover ${threadOpen ? "" : "wide:hidden"}`}
      >
        <ChevronLeft className="size-4.5" aria-hidden="true" />
      </button>
      <h2 className="min-w-0 flex-1 basis-24 truncate">{threadOpen ? t("thread") : chatTitle(chat, people, locale)}</h2>
      {children}
      <span className="flex min-w-0 items-center gap-x-3">
        <Link
          href={`/bots/${bot.id}`}
          title={bot.name}
          className="max-w-44 truncate rounded-small text-table text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink max-wide:hidden"
        >
          {bot.name}
        </Link>
        <StateMark state={state} status={status} />
      </span>
      <Button
        size="small"
        look={activeFaults > 0 ? "danger" : "plain"}
        className="huge:hidden"
        aria-label={t("faults.title")}
        onClick={onFaults}
      >
        <TriangleAlert className="size-3.5" aria-hidden="true" />
        <span className="max-wide:hidden">{t("faults.title")}</span>
      </Button>
    </header>
  );
}

const TONES = new Map<string, "ok" | "bad" | "warn">([
  ["success", "ok"],
  ["error", "bad"],
  ["warning", "warn"],
]);

/** What the bot said to a press, or that it said nothing in time. */
function Toast({ of, onClose }: { of: PressResult; onClose: () => void }) {
  const t = useTranslations("ui.sandbox");
  if (of.ok && !of.toast?.content) return null;
  return (
    <div className="border-t p-2" data-toast>
      <Notice
        tone={of.ok ? (TONES.get(of.toast?.type ?? "") ?? "info") : "bad"}
        action={
          <Button size="small" look="quiet" onClick={onClose}>
            {t("close")}
          </Button>
        }
      >
        {of.ok ? of.toast?.content : t("pressFailed")}
      </Notice>
    </div>
  );
}
