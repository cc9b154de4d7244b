"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_components/parts/button";
import type { ListedBot } from "@/lib/bots/schemas";
import type { RoomChat } from "@/lib/sandbox/room-shapes";

type StartersProps = {
  bot: ListedBot;
  kind: RoomChat["kind"];
  onSay: (text: string) => void;
  /** Left out where the bot does not welcome who opens the chat. */
  onVisit?: (() => void) | undefined;
};

const FIRST = ["hello", "what", "markdown"] as const;

/** What an empty chat offers: first words, and opening the chat as somebody does for the first time. */
export function Starters({ bot, kind, onSay, onVisit }: StartersProps) {
  const t = useTranslations("ui.sandbox");
  // Whoever only echoes has nothing to say to a question; its commands it does answer.
  const first = bot.reply.kind === "echo" ? [t("starters.hello"), "/help"] : FIRST.map((name) => t(`starters.${name}`));
  return (
    <div className="mx-auto mt-8 grid max-w-[44ch] justify-items-center gap-4 text-center">
      <p className="text-pretty text-ink-2">
        {t(kind === "direct" ? "noMessages" : "noMessagesGroup", { bot: bot.name })}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        {first.map((words) => (
          <Button key={words} size="small" onClick={() => onSay(words)}>
            {words}
          </Button>
        ))}
        {onVisit && (
          <Button size="small" onClick={onVisit}>
            {t("enter")}
          </Button>
        )}
      </div>
      {bot.reply.kind === "echo" && (
        <p className="text-small text-pretty text-ink-2">
          {t.rich("echoes", {
            link: (words) => (
              <Link href={`/bots/${bot.id}/replies`} className="text-accent-ink underline underline-offset-2">
                {words}
              </Link>
            ),
          })}
        </p>
      )}
      <p className="text-small text-pretty text-ink-3">{t("keeps")}</p>
    </div>
  );
}
