"use client";
import { SendHorizontal } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { Spinner } from "@/app/_components/parts/button";
import { Failure } from "@/app/_components/parts/failure";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Bot } from "@/lib/bots/schemas";
import type { RoomChat } from "@/lib/sandbox/room";

/** Who lives in the sandbox. */
export const PEOPLE = ["Wang Fang", "Li Lei"] as const;

type WriterProps = {
  bot: Bot;
  kind: RoomChat["kind"];
  /** Absent: the direct chat of the person. */
  chatId: string | undefined;
  person: string;
  onPerson: (person: string) => void;
  onWritten: () => Promise<void>;
};

/** Writes into the chat as one of the people there. */
export function Writer({ bot, kind, chatId, person, onPerson, onWritten }: WriterProps) {
  const t = useTranslations("ui.sandbox");
  const [text, setText] = useState("");
  const [mention, setMention] = useState(true);
  const { pending, failure, run } = useRequest();
  const form = useRef<HTMLFormElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim() || pending) return;
    void run(async () => {
      await call("POST", "/api/sandbox/messages", {
        botId: bot.id,
        person,
        text,
        ...(kind === "group" ? { chatId, mentionBot: mention } : {}),
      });
      setText("");
      await onWritten();
    });
  };
  // While an input method composes (Pinyin), Enter chooses a word.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };

  return (
    <form ref={form} onSubmit={submit} className="grid gap-2 border-t p-3">
      <Failure of={failure} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-ink-2">
        <label className="flex items-center gap-1.5">
          {t("writeAs")}
          <select
            value={person}
            onChange={(event) => onPerson(event.target.value)}
            className="rounded-small border border-line-strong bg-bg px-1.5 py-0.5 text-small font-medium text-ink"
          >
            {PEOPLE.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {kind === "group" && (
          <label className="flex items-center gap-1.5">
            <input
              type="checkbox"
              checked={mention}
              onChange={(event) => setMention(event.target.checked)}
              className="size-4 accent-accent-fill"
            />
            {t("mention", { bot: bot.name })}
          </label>
        )}
      </div>
      <div className="flex items-end gap-2">
        <textarea
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={enter}
          rows={1}
          maxLength={20_000}
          aria-label={t("message")}
          placeholder={t("placeholder", { bot: bot.name })}
          className="field-sizing-content max-h-40 min-h-9 w-full resize-none rounded-control border border-line-strong bg-bg px-2.5 py-1.5 text-base placeholder:text-ink-3 max-wide:text-[16px]"
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
