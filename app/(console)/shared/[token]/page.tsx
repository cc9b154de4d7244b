import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EventTrace } from "@/app/_components/messages/event-trace";
import { Texts } from "@/app/_i18n/texts";
import { found } from "@/app/_session/found";
import { requireVisit } from "@/app/_session/visit";
import { showEventDetails } from "@/lib/events/queries";
import { openShared } from "@/lib/events/share";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.trace"))("title") };
}

/** One trace for whoever was given its link; what Feishu sent stays with those who may see the bot. */
export default async function SharedTracePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { runtime, locale } = await requireVisit(`/shared/${token}`);
  const { row, bot } = await found(openShared(runtime, token));
  const { payload: _, ...event } = await showEventDetails(runtime.db, row, locale);
  return (
    <Texts of={["messages", "trace", "chat"]}>
      <div className="pt-6">
        <EventTrace event={event} botName={bot.name} isShared />
      </div>
    </Texts>
  );
}
