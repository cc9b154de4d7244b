import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AllMessages } from "@/app/_components/messages/all-messages";
import { type LogFilter, STATUSES } from "@/app/_components/messages/statuses";
import { Texts } from "@/app/_i18n/texts";
import { requireVisit } from "@/app/_session/visit";
import { listEveryBot } from "@/lib/bots/queries";
import { DEFAULT_LIMIT } from "@/lib/db/page";
import { listAllEvents, listEvents, showEvent } from "@/lib/events/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ui.shell.places"))("messages") };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function MessagesPage({ searchParams }: { searchParams: Search }) {
  const asked = await searchParams;
  const visit = await requireVisit(`/messages?${new URLSearchParams(asked as Record<string, string>)}`);
  const { runtime, viewer, locale } = visit;
  const bots = (await listEveryBot(runtime.db, viewer)).map(({ id, name }) => ({ id, name }));
  const filter = filterOf(asked, bots);
  const { botId, q } = filter;
  const request = { limit: DEFAULT_LIMIT, q, status: filter.status === "all" ? undefined : filter.status };
  const page = await (botId ? listEvents(runtime.db, botId, request) : listAllEvents(runtime.db, viewer, request));
  return (
    <Texts of={["messages"]}>
      <AllMessages
        key={JSON.stringify(filter)}
        first={{ events: page.items.map((row) => showEvent(row, locale)), nextCursor: page.nextCursor }}
        filter={filter}
        bots={bots}
      />
    </Texts>
  );
}

function filterOf(asked: Awaited<Search>, bots: readonly { id: string }[]): LogFilter {
  const { q, status, bot } = asked;
  return {
    q: typeof q === "string" ? q.slice(0, 200) : "",
    status: STATUSES.find((known) => known === status) ?? "all",
    // Somebody else's bot, in an address that was passed on, is no filter.
    ...(bots.some(({ id }) => id === bot) && { botId: String(bot) }),
  };
}
