import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { BotFrame } from "@/app/_components/bot/bot-frame";
import { Texts } from "@/app/_i18n/texts";
import { visitBot } from "@/app/_session/visit-bot";
import { getConnectionStatus } from "@/lib/connections/status";

type BotLayoutProps = { children: ReactNode; params: Promise<{ id: string }> };

export async function generateMetadata({ params }: BotLayoutProps): Promise<Metadata> {
  const { bot } = await visitBot((await params).id);
  const t = await getTranslations("ui.bot");
  return { title: { default: bot.name, template: t("tabTitle", { bot: bot.name, tab: "%s" }) } };
}

export default async function BotLayout({ children, params }: BotLayoutProps) {
  const { bot, runtime, locale } = await visitBot((await params).id);
  const status = await getConnectionStatus(runtime.db, bot.id, locale);
  return (
    <Texts of={["bot", "bots", "clouds", "messages", "qr"]}>
      <BotFrame
        bot={bot}
        status={status}
        noConnectionsOn={runtime.platform.holdsConnections ? undefined : (runtime.platform.name ?? "")}
      >
        {children}
      </BotFrame>
    </Texts>
  );
}
