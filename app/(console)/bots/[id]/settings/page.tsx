import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BotSettings } from "@/app/_components/bot/bot-settings";
import { Texts } from "@/app/_i18n/texts";
import { visitBot } from "@/app/_session/visit-bot";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bot.tabs"))("settings") };
}

export default async function SettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const { bot, viewer } = await visitBot((await params).id, "/settings");
  return (
    <Texts of={["clouds", "settings"]}>
      <BotSettings bot={bot} isAdmin={viewer.isAdmin} />
    </Texts>
  );
}
