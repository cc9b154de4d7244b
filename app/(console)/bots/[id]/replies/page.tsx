import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BotReplies } from "@/app/_components/bot/bot-replies";
import { Texts } from "@/app/_i18n/texts";
import { visitBot } from "@/app/_session/visit-bot";
import { MAX_LIMIT } from "@/lib/db/page";
import { listModels } from "@/lib/models/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bot.tabs"))("replies") };
}

export default async function RepliesPage({ params }: { params: Promise<{ id: string }> }) {
  const { bot, viewer, runtime } = await visitBot((await params).id, "/replies");
  const models = await listModels(runtime.db, viewer, { limit: MAX_LIMIT });
  return (
    <Texts of={["settings", "replies", "chat"]}>
      <BotReplies bot={bot} models={models.items.map(({ id, name }) => ({ id, name }))} />
    </Texts>
  );
}
