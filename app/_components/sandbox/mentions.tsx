"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type RefObject, useState } from "react";

type MentionsOptions = {
  text: string;
  setText: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  botName: string;
  isOn: boolean;
};

export type Mentions = ReturnType<typeof useMentions>;

/** "@" offers the bot and everybody; what is chosen stands in the text as "@Name" and is sent as a mention. */
export function useMentions({ text, setText, field, botName, isOn }: MentionsOptions) {
  const t = useTranslations("ui.sandbox");
  const [chosen, setChosen] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const everybody = t("everybody");
  const typed = isOn && !isDismissed ? /(?:^|\s)@(\S*)$/.exec(text)?.[1] : undefined;
  const options = [botName, everybody].filter(
    (name) => typed !== undefined && name.toLowerCase().startsWith(typed.toLowerCase()) && name !== typed,
  );

  const choose = (name: string) => {
    setText(`${text.slice(0, text.length - (typed?.length ?? 0) - 1)}@${name} `);
    setChosen(0);
    field.current?.focus();
  };
  const mentionBot = () => {
    if (!text.includes(`@${botName}`)) setText(`@${botName} ${text}`);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (event.key !== "Escape") setDismissed(false);
    if (options.length === 0 || event.nativeEvent.isComposing) return false;
    const at = Math.min(chosen, options.length - 1);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setChosen((at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    } else if (event.key === "Enter" || event.key === "Tab") choose(options[at] ?? botName);
    else if (event.key === "Escape") setDismissed(true);
    else return false;
    event.preventDefault();
    return true;
  };
  /** The text as Feishu carries it, with keys in the place of the names. */
  const read = (words: string) => {
    if (!isOn) return { text: words };
    const mentionBot = words.includes(`@${botName}`);
    const mentionAll = words.includes(`@${everybody}`);
    const keyed = words.replace(`@${botName}`, "@_user_1").replace(`@${everybody}`, "@_all");
    return { text: keyed, ...(mentionBot ? { mentionBot } : {}), ...(mentionAll ? { mentionAll } : {}) };
  };
  return { options, chosen: Math.min(chosen, options.length - 1), choose, mentionBot, onKeyDown, read };
}

export function MentionPicker({ of }: { of: Mentions }) {
  const t = useTranslations("ui.sandbox");
  if (of.options.length === 0) return null;
  return (
    <div
      role="listbox"
      aria-label={t("mentions")}
      className="absolute bottom-full left-3 z-10 mb-1 grid min-w-48 rounded-control border bg-raised p-1"
    >
      {of.options.map((name, at) => (
        <button
          key={name}
          type="button"
          role="option"
          aria-selected={at === of.chosen}
          onClick={() => of.choose(name)}
          className="rounded-small px-2 py-1 text-left text-table hover:bg-hover aria-selected:bg-accent-soft"
        >
          @{name}
        </button>
      ))}
    </div>
  );
}
