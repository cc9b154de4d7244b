"use client";
import { MessageCircle } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { KnownModel } from "@/app/_components/bot/ai-fields";
import { DraftsProvider } from "@/app/_components/bot/drafts";
import { ReplySection } from "@/app/_components/bot/reply-section";
import { RulesSection } from "@/app/_components/bot/rules-section";
import { SaveTogether } from "@/app/_components/parts/save-together";
import type { Bot } from "@/lib/bots/schemas";

// What stands further down comes after the rest.
const PolicySection = dynamic(() =>
  import("@/app/_components/bot/policy-section").then((module) => module.PolicySection),
);
const ConversationSection = dynamic(() =>
  import("@/app/_components/bot/conversation-section").then((module) => module.ConversationSection),
);
const WelcomeSection = dynamic(() =>
  import("@/app/_components/bot/welcome-section").then((module) => module.WelcomeSection),
);
const QuietHoursSection = dynamic(() =>
  import("@/app/_components/bot/quiet-hours-section").then((module) => module.QuietHoursSection),
);
// Beside the form, not before it.
const Trial = dynamic(() => import("@/app/_components/bot/trial").then((module) => module.Trial), {
  ssr: false,
  loading: () => <div id="try" className="h-[34rem] max-h-[calc(100dvh-6rem)] rounded-card border bg-sunk" />,
});

type BotRepliesProps = {
  bot: Bot;
  /** Those that the reader may choose from. */
  models: KnownModel[];
};

/** What answers for the bot, whom, and how it behaves around it; beside it a chat to try it in. */
export function BotReplies({ bot, models }: BotRepliesProps) {
  const t = useTranslations("ui.replies.trial");
  return (
    <DraftsProvider>
      <a
        href="#try"
        className="mb-6 inline-flex items-center gap-1.5 text-table text-accent-ink hover:underline huge:hidden"
      >
        <MessageCircle className="size-4" aria-hidden="true" />
        {t("jump")}
      </a>
      <div className="grid grid-cols-1 items-start gap-x-10 gap-y-8 huge:grid-cols-[minmax(0,1fr)_23.75rem]">
        <div className="min-w-0">
          <SaveTogether>
            <ReplySection bot={bot} models={models} />
            <PolicySection bot={bot} />
            <RulesSection bot={bot} models={models} />
            <ConversationSection bot={bot} />
            <WelcomeSection bot={bot} />
            <QuietHoursSection bot={bot} />
          </SaveTogether>
        </div>
        <Trial botId={bot.id} botName={bot.name} />
      </div>
    </DraftsProvider>
  );
}
