import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EventTrace } from "@/app/_components/messages/event-trace";
import { Texts } from "@/app/_i18n/texts";
import { found } from "@/app/_session/found";
import { visitBot } from "@/app/_session/visit-bot";
import { requireEvent, showEventDetails } from "@/lib/events/queries";

type TracePageProps = { params: Promise<{ id: string; eventId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.trace"))("title") };
}

export default async function TracePage({ params }: TracePageProps) {
  const { id, eventId } = await params;
  const { runtime, viewer, locale, bot } = await visitBot(id, `/messages/${eventId}`);
  const row = await found(requireEvent(runtime.db, viewer, eventId));
  return (
    <Texts of={["messages", "trace", "chat"]}>
      <EventTrace event={await showEventDetails(runtime.db, row, locale)} botName={bot.name} />
    </Texts>
  );
}
