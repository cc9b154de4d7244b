import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessageLog } from "@/app/_components/messages/message-log";
import { type Asked, filterOf } from "@/app/_components/messages/statuses";
import { visitBot } from "@/app/_session/visit-bot";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { withNamed } from "@/lib/events/named";
import { listEvents, listFailed, showPage } from "@/lib/events/queries";
import { searchInTurn } from "@/lib/events/reading-turns";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.bot.tabs"))("messages") };
}

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Asked> };

export default async function MessagesPage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams]);
  const { bot, runtime, viewer, locale } = await visitBot(id, "/messages");
  const { botId: _, ...filter } = filterOf(asked);
  const status = filter.status === "all" ? undefined : filter.status;
  const request = await withNamed(runtime, { botId: bot.id }, { ...filter, limit: DEFAULT_LIMIT, status });
  const [page, failed] = await Promise.all([
    searchInTurn(viewer.userId, undefined, (pace) => listEvents(runtime.db, bot.id, request, pace)),
    listFailed(runtime.db, bot.id),
  ]);
  return <MessageLog key={JSON.stringify(filter)} first={showPage(page, locale)} filter={filter} failed={failed} />;
}
