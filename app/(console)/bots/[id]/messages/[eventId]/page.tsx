import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EventTrace } from "@/app/_components/messages/event-trace";
import { type Asked, filterOf, logQueryOf, queryOf } from "@/app/_components/messages/statuses";
import { Texts } from "@/app/_i18n/texts";
import { found } from "@/app/_session/found";
import { visitBot } from "@/app/_session/visit-bot";
import { withNamed } from "@/lib/events/named";
import { findNeighbours } from "@/lib/events/neighbours";
import { requireEvent, showEventTo } from "@/lib/events/queries";

type TracePageProps = { params: Promise<{ id: string; eventId: string }>; searchParams: Promise<Asked> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.trace"))("title") };
}

export default async function TracePage({ params, searchParams }: TracePageProps) {
  const [{ id, eventId }, asked] = await Promise.all([params, searchParams]);
  const visit = await visitBot(id, `/messages/${eventId}`);
  const row = await found(requireEvent(visit.runtime.db, visit.viewer, eventId));
  return (
    <Texts of={["messages", "trace", "chat"]}>
      <EventTrace
        key={eventId}
        event={await showEventTo(visit.runtime.db, visit.viewer, row, visit.locale)}
        botName={visit.bot.name}
        log={await readLog(visit, asked, row)}
      />
    </Texts>
  );
}

type Visit = Awaited<ReturnType<typeof visitBot>>;

/** The log that the trace was opened from, as its address says. */
async function readLog({ runtime, viewer, bot }: Visit, asked: Asked, row: { id: number }) {
  const filter = filterOf(asked);
  const isOfAll = asked.log === "all";
  const botId = isOfAll ? filter.botId : bot.id;
  const status = filter.status === "all" ? undefined : filter.status;
  const request = await withNamed(runtime, botId === undefined ? { viewer } : { botId }, { ...filter, status });
  const query = queryOf(filter);
  if (isOfAll && filter.botId) query.set("bot", filter.botId);
  const search = query.size > 0 ? `?${query}` : "";
  return {
    ...(await findNeighbours(runtime.db, viewer, botId, request, row)),
    address: `${isOfAll ? "/messages" : `/bots/${bot.id}/messages`}${search}`,
    isFiltered: query.size > 0,
    query: logQueryOf(filter, isOfAll),
  };
}
