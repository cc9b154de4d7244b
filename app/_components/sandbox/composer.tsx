"use client";
import { Paperclip, SendHorizontal, X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { Spinner } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { useRequest } from "@/app/_components/requests/use-request";
import { MentionPicker, useMentions } from "@/app/_components/sandbox/mentions";
import { nameIn, personName, type RoomChatHead } from "@/app/_components/sandbox/names";
import type { Deeds, Saying } from "@/app/_components/sandbox/use-deeds";
import type { ListedBot } from "@/lib/bots/schemas";
import type { RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";

type ComposerProps = {
  bot: ListedBot;
  chat: RoomChatHead;
  people: readonly RoomPerson[];
  me: string;
  onMe: (person: string) => void;
  replyTo: RoomMessage | undefined;
  /** Writes into the thread of the message that it answers. */
  inThread: boolean;
  onReplyDone: () => void;
  deeds: Deeds;
  /** Where one writes: whoever chooses to reply goes on there. */
  field: RefObject<HTMLTextAreaElement | null>;
};

const MOST_FILES = 9;

/** Writes into the chat as one of the people there; files are dropped, pasted or chosen, and sent at once. */
export function Composer({ bot, chat, people, me, onMe, replyTo, inThread, onReplyDone, deeds, field }: ComposerProps) {
  const t = useTranslations("ui.sandbox");
  const locale = useLocale();
  const [text, setText] = useState("");
  const [isOver, setOver] = useState(false);
  const { pending, failure, run } = useRequest();
  // Words do not wait for files that are on their way.
  const files = useRequest();
  const form = useRef<HTMLFormElement>(null);
  const isGroup = chat.kind === "group";
  const mentions = useMentions({ text, setText, field, botName: bot.name, isOn: isGroup });

  const place: Pick<Saying, "chatId" | "person" | "replyTo" | "inThread"> = {
    chatId: chat.chatId,
    person: me,
    ...(replyTo ? { replyTo: replyTo.messageId } : {}),
    ...(replyTo && inThread ? { inThread } : {}),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim() || pending) return;
    void run(async () => {
      await deeds.say({ ...place, ...mentions.read(text) });
      setText("");
      onReplyDone();
    });
  };
  const sendFiles = (chosen: File[]) => {
    if (chosen.length === 0) return;
    void files.run(async () => {
      for (const file of chosen.slice(0, MOST_FILES)) {
        const { key } = await deeds.upload(file);
        await deeds.say({ ...place, attachment: key });
      }
      onReplyDone();
    });
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    sendFiles(pasted);
  };
  // While an input method composes (Pinyin), Enter chooses a word.
  const enter = (event: KeyboardEvent) => {
    if (mentions.onKeyDown(event)) return;
    if (event.key === "Escape" && replyTo && !inThread) onReplyDone();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };

  return (
    <form
      ref={form}
      onSubmit={submit}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        sendFiles([...event.dataTransfer.files]);
      }}
      className={`relative grid gap-2 border-t p-3 ${isOver ? "bg-accent-soft" : ""}`}
    >
      <Failure of={failure ?? files.failure} />
      {replyTo && !inThread && (
        <div className="flex items-center gap-2 rounded-control bg-hover px-2.5 py-1 text-small text-ink-2">
          <span className="min-w-0 flex-1 truncate">
            {t("replyingTo", { name: nameIn(people, replyTo.sender, locale) })} {replyTo.text}
          </span>
          <button
            type="button"
            aria-label={t("noReply")}
            onClick={onReplyDone}
            className="rounded-small hover:text-ink"
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </div>
      )}
      {isGroup && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-ink-2">
          <label className="flex items-center gap-1.5">
            {t("writeAs")}
            <select
              value={me}
              onChange={(event) => onMe(event.target.value)}
              className="rounded-small border border-line-strong bg-bg px-1.5 py-0.5 text-small font-medium text-ink"
            >
              {people.map((person) => (
                <option key={person.openId} value={person.name}>
                  {personName(person, locale)}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            onClick={mentions.mentionBot}
            className="rounded-full border px-2 text-small text-accent-ink hover:bg-hover"
          >
            @{bot.name}
          </button>
        </div>
      )}
      <MentionPicker of={mentions} />
      <div className="flex items-end gap-2">
        <label className="grid size-9 flex-none cursor-pointer place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent">
          {files.pending ? <Spinner /> : <Paperclip className="size-4" aria-hidden="true" />}
          <input
            type="file"
            multiple
            aria-label={t("attach")}
            className="sr-only"
            onChange={(event) => {
              sendFiles([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </label>
        <textarea
          ref={field}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={enter}
          onPaste={paste}
          rows={1}
          maxLength={20_000}
          data-compose
          aria-keyshortcuts="m"
          aria-label={t("message")}
          placeholder={t(isGroup ? "placeholderGroup" : "placeholder", { bot: bot.name })}
          className="field-sizing-content max-h-40 min-h-9 w-full min-w-0 resize-none rounded-control border border-line-strong bg-bg px-2.5 py-1.5 text-base placeholder:text-ink-3 max-wide:text-[1rem]"
        />
        <button
          type="submit"
          aria-label={t("send")}
          aria-disabled={!text.trim() || pending}
          className="grid size-9 flex-none place-items-center rounded-control bg-accent-fill text-on-accent aria-disabled:opacity-55"
        >
          {pending ? <Spinner /> : <SendHorizontal className="size-4" aria-hidden="true" />}
        </button>
      </div>
    </form>
  );
}
