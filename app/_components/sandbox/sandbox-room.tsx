"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Trouble } from "@/app/_components/bots/trouble";
import { useOneBot } from "@/app/_components/bots/use-bots";
import { Failure } from "@/app/_components/parts/failure";
import { Choice } from "@/app/_components/parts/field";
import { RowSkeletons } from "@/app/_components/parts/row-skeletons";
import { useIsWhole } from "@/app/_components/parts/use-whole";
import { ChatList } from "@/app/_components/sandbox/chat-list";
import { useDeeds } from "@/app/_components/sandbox/use-deeds";
import { useRoom } from "@/app/_components/sandbox/use-room";
import { useTraces } from "@/app/_components/sandbox/use-traces";
import { useUnread } from "@/app/_components/sandbox/use-unread";
import type { Bot, ListedBot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";

// The first load is the list of chats: what stands in one, and beside it, comes with the stream's first word.
const ChatPane = dynamic(async () => (await import("@/app/_components/sandbox/chat-pane")).ChatPane);
const Faults = dynamic(async () => (await import("@/app/_components/sandbox/faults")).Faults);
const Counts = dynamic(async () => (await import("@/app/_components/sandbox/watch")).Counts);
const Watch = dynamic(async () => (await import("@/app/_components/sandbox/watch")).Watch);
const PersonDialog = dynamic(async () => (await import("@/app/_components/sandbox/dialogs")).PersonDialog);
const GroupDialog = dynamic(async () => (await import("@/app/_components/sandbox/dialogs")).GroupDialog);

type SandboxRoomProps = {
  /** To choose another one from. */
  bots: Pick<ListedBot, "id" | "name">[];
  bot: ListedBot;
  behavior: Bot["behavior"];
  status: ConnectionStatus;
};

/** On a phone one of the three is in sight: the chats, a chat, or what can be disturbed. */
type Part = "chats" | "chat" | "faults";

export function SandboxRoom({ bots, bot: initial, behavior, status: atFirst }: SandboxRoomProps) {
  const t = useTranslations("ui.sandbox");
  const router = useRouter();
  const { bot, state, status } = useOneBot(initial, atFirst).live;
  const { head, messages, failure } = useRoom(bot.id);
  const deeds = useDeeds(bot.id);
  const traces = useTraces(bot.id);
  const [chosen, setChosen] = useState<string>();
  const [part, setPart] = useState<Part>("chat");
  const [dialog, setDialog] = useState<"person" | "group" | null>(null);
  const chat = head?.chats.find(({ chatId }) => chatId === chosen) ?? head?.chats[0];
  const unread = useUnread(messages, chat?.chatId);
  const choices = useIsWhole() ? bots : [bot];
  const choose = (chatId: string) => {
    setChosen(chatId);
    setPart("chat");
  };
  const only = (name: Part) => (part === name ? "" : "max-huge:hidden");
  return (
    <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-1 gap-4 huge:grid-cols-[minmax(0,1fr)_18.75rem]">
      <section
        aria-label={t("room")}
        className={`flex min-h-0 min-w-0 overflow-hidden rounded-card border ${part === "faults" ? "max-huge:hidden" : ""}`}
      >
        <div
          className={`flex w-56 flex-none flex-col border-r max-wide:w-full max-wide:border-r-0 ${part === "chats" ? "" : "max-wide:hidden"}`}
        >
          {bots.length > 1 && (
            <div className="border-b p-2">
              <Choice
                label={t("bot")}
                value={bot.id}
                onChange={(event) => router.push(`/sandbox?bot=${event.target.value}`)}
                options={choices.map(({ id, name }) => ({ value: id, text: name }))}
              />
            </div>
          )}
          {head ? (
            <ChatList
              chats={head.chats}
              people={head.people}
              messages={messages}
              current={chat?.chatId}
              unread={unread}
              onChoose={choose}
              onAddPerson={() => setDialog("person")}
              onAddGroup={() => setDialog("group")}
            />
          ) : (
            <div className="p-3">{!failure && <RowSkeletons rows={4} />}</div>
          )}
        </div>
        <div className={`flex min-w-0 flex-1 flex-col ${part === "chats" ? "max-wide:hidden" : ""}`}>
          {head && chat ? (
            <ChatPane
              key={chat.chatId}
              bot={bot}
              behavior={behavior}
              state={state}
              status={status}
              chat={chat}
              chats={head.chats}
              people={head.people}
              messages={messages.get(chat.chatId) ?? []}
              traces={traces}
              deeds={deeds}
              activeFaults={head.faults.length}
              onBack={() => setPart("chats")}
              onFaults={() => setPart("faults")}
              onChoose={choose}
            />
          ) : (
            <div className="p-4">
              <Failure of={failure} />
              {!failure && <RowSkeletons rows={5} />}
            </div>
          )}
        </div>
      </section>
      <aside
        aria-label={t("beside")}
        className={`flex min-h-0 flex-col overflow-hidden rounded-card border ${only("faults")}`}
      >
        {/* What grows by a fault stands below the switches of the faults, or outside: they stay where they are pressed. */}
        <div className="grid min-h-0 flex-1 content-start gap-5 overflow-y-auto p-4">
          <button
            type="button"
            onClick={() => setPart("chat")}
            className="justify-self-start rounded-small text-table text-accent-ink hover:underline huge:hidden"
          >
            {t("backToChat")}
          </button>
          {head && <Counts of={head.counts} />}
          {head && <Faults active={head.faults} deeds={deeds} />}
          {head && <Watch botId={bot.id} status={status} repeated={head.counts.repeated} />}
        </div>
        <div className="border-t p-3 empty:hidden">
          <Trouble botId={bot.id} state={state} status={status} />
        </div>
      </aside>
      {dialog === "person" && (
        <PersonDialog
          open
          onClose={() => setDialog(null)}
          onAdd={async (name) => {
            await deeds.addPerson(name);
            setDialog(null);
          }}
        />
      )}
      {dialog === "group" && (
        <GroupDialog
          open
          people={head?.people ?? []}
          onClose={() => setDialog(null)}
          onAdd={async (name, people, isTopic) => {
            const { chatId } = await deeds.addGroup(name, people, isTopic);
            setDialog(null);
            choose(chatId);
          }}
        />
      )}
    </div>
  );
}
