"use client";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import { PolicySection } from "@/app/_components/bot/policy-section";
import { ReplySection } from "@/app/_components/bot/reply-section";
import type { Bot } from "@/lib/bots/schemas";

type BotRepliesProps = {
  bot: Bot;
  /** Those that the reader may choose from. */
  models: KnownModel[];
};

/** What answers for the bot, whom, and how it behaves around it. */
export function BotReplies({ bot, models }: BotRepliesProps) {
  return (
    <div>
      <ReplySection bot={bot} models={models} />
      <PolicySection bot={bot} />
    </div>
  );
}
