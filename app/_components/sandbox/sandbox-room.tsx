"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { StateMark } from "@/app/_components/bots/state-mark";
import { Trouble } from "@/app/_components/bots/trouble";
import { useBots } from "@/app/_components/bots/use-bots";
import { Failure } from "@/app/_components/parts/failure";
import { Choice } from "@/app/_components/parts/field";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import { ChatView } from "@/app/_components/sandbox/chat-view";
import { Faults } from "@/app/_components/sandbox/faults";
import { useRoom } from "@/app/_components/sandbox/use-room";
import { PEOPLE, Writer } from "@/app/_components/sandbox/writer";
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { RoomChat } from "@/lib/sandbox/room";

type SandboxRoomProps = { bots: Bot[]; botId: string; statuses: ConnectionStatus[] };

export function SandboxRoom({ bots, botId, statuses }: SandboxRoomProps) {
  const t = useTranslations("ui.sandbox");
  const router = useRouter();
  const { bots: live } = useBots(bots, statuses);
  const current = live.find(({ bot }) => bot.id === botId);
  const { chats, failure, read } = useRoom(botId);
  const [person, setPerson] = useState<string>(PEOPLE[0]);
  const [kind, setKind] = useState<RoomChat["kind"]>("direct");
  const chat = chats?.find((each) => each.kind === kind && (kind === "group" || each.title === person));
  if (!current) return null;
  const { bot, state, status } = current;
  return (
    <div className="grid grid-cols-1 items-start gap-6 huge:grid-cols-[minmax(0,1fr)_300px]">
      <section
        aria-label={t("chat")}
        className="flex h-[min(40rem,calc(100dvh-15rem))] min-h-96 flex-col max-wide:h-[calc(100dvh-14.5rem)] rounded-card border"
      >
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2.5">
          <fieldset className="flex gap-1" aria-label={t("chats")}>
            {(["direct", "group"] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={kind === each}
                onClick={() => setKind(each)}
                className="min-h-8 rounded-control px-3 text-table text-ink-2 hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-ink"
              >
                {t(each)}
              </button>
            ))}
          </fieldset>
          <div className="ml-auto">
            <StateMark state={state} status={status} />
          </div>
        </div>
        {chats === null ? (
          <div className="flex-1 p-4">
            <Failure of={failure} />
            {!failure && <RowSkeletons rows={4} />}
          </div>
        ) : (
          <ChatView messages={chat?.messages ?? []} bot={bot} kind={kind} />
        )}
        <Writer
          bot={bot}
          kind={kind}
          chatId={kind === "group" ? chat?.chatId : undefined}
          person={person}
          onPerson={setPerson}
          onWritten={read}
        />
      </section>
      <aside className="grid gap-6">
        {bots.length > 1 && (
          <Choice
            label={t("bot")}
            value={botId}
            onChange={(event) => router.push(`/sandbox?bot=${event.target.value}`)}
            options={bots.map(({ id, name }) => ({ value: id, text: name }))}
          />
        )}
        <Trouble botId={bot.id} state={state} status={status} />
        <Faults bot={bot} />
      </aside>
    </div>
  );
}
