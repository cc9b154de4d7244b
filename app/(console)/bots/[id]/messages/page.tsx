import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessageLog } from "@/app/_components/messages/message-log";
import { visitBot } from "@/app/_session/visit-bot";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { countEvents, listEvents, showEvent } from "@/lib/events/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bot.tabs"))("messages") };
}

export default async function MessagesPage({ params }: { params: Promise<{ id: string }> }) {
  const { bot, runtime, locale } = await visitBot((await params).id, "/messages");
  const [page, failed] = await Promise.all([
    listEvents(runtime.db, bot.id, { limit: DEFAULT_LIMIT }),
    countEvents(runtime.db, bot.id, "failed"),
  ]);
  return (
    <MessageLog
      first={{ events: page.items.map((row) => showEvent(row, locale)), nextCursor: page.nextCursor }}
      failed={failed}
    />
  );
}
