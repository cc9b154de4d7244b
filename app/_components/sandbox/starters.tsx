"use client";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import type { RoomChat } from "@/lib/sandbox/room-shapes";

type StartersProps = {
  botName: string;
  kind: RoomChat["kind"];
  onSay: (text: string) => void;
  /** Left out where the bot does not welcome who opens the chat. */
  onVisit?: (() => void) | undefined;
};

const FIRST = ["hello", "what", "markdown"] as const;

/** What an empty chat offers: first words, and opening the chat as somebody does for the first time. */
export function Starters({ botName, kind, onSay, onVisit }: StartersProps) {
  const t = useTranslations("ui.sandbox");
  return (
    <div className="mx-auto mt-8 grid max-w-[44ch] justify-items-center gap-4 text-center">
      <p className="text-pretty text-ink-2">
        {t(kind === "direct" ? "noMessages" : "noMessagesGroup", { bot: botName })}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        {FIRST.map((name) => (
          <Button key={name} size="small" onClick={() => onSay(t(`starters.${name}`))}>
            {t(`starters.${name}`)}
          </Button>
        ))}
        {onVisit && (
          <Button size="small" onClick={onVisit}>
            {t("enter")}
          </Button>
        )}
      </div>
      <p className="text-small text-ink-3">{t("forgets")}</p>
    </div>
  );
}
