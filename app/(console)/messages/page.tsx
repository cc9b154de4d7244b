import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AllMessages } from "@/app/_components/messages/all-messages";
import { type Asked, filterOf, type LogFilter } from "@/app/_components/messages/statuses";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listEveryBot } from "@/lib/bots/queries";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { withNamed } from "@/lib/events/named";
import { type EventPage, listAllEvents, listEvents, showPage } from "@/lib/events/queries";
import { searchInTurn } from "@/lib/events/reading-turns";
import type { Pace } from "@/lib/events/walk";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("messages") };
}

export default async function MessagesPage({ searchParams }: { searchParams: Promise<Asked> }) {
  const asked = await searchParams;
  const visit = await requireVisit(`/messages?${new URLSearchParams(asked as Record<string, string>)}`);
  const { runtime, viewer, locale } = visit;
  const search = (read: (pace: Pace) => Promise<EventPage>) => searchInTurn(viewer.userId, undefined, read);
  const { botId: wanted, ...wishes } = filterOf(asked);
  const status = wishes.status === "all" ? undefined : wishes.status;
  const request = await withNamed(runtime, { viewer }, { ...wishes, limit: DEFAULT_LIMIT, status });
  const [every, ofAll] = await Promise.all([
    listEveryBot(runtime.db, viewer),
    wanted === undefined ? search((pace) => listAllEvents(runtime.db, viewer, request, pace)) : undefined,
  ]);
  const bots = every.map(({ id, name }) => ({ id, name }));
  // Somebody else's bot, in an address that was passed on, is no filter.
  const botId = bots.find(({ id }) => id === wanted)?.id;
  const filter: LogFilter = { ...wishes, botId };
  const page =
    ofAll ??
    (await search((pace) =>
      botId ? listEvents(runtime.db, botId, request, pace) : listAllEvents(runtime.db, viewer, request, pace),
    ));
  return (
    <Texts of={["messages"]}>
      <AllMessages key={JSON.stringify(filter)} first={showPage(page, locale)} filter={filter} bots={bots} />
    </Texts>
  );
}
