// What all of the caller's bots have received, or one of them.
import { listAllEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { withNamed } from "@/lib/events/named";
import { listAllEvents, listEvents, showPage } from "@/lib/events/queries";
import { searchInTurn } from "@/lib/events/reading-turns";

export const GET = route(listAllEventsEndpoint, async ({ request, runtime, viewer, query, locale }) => {
  const { db } = runtime;
  const { botId, ...rest } = query;
  if (botId) await requireBot(db, viewer, botId);
  return searchInTurn(viewer.userId, request.signal, async (pace) => {
    const wanted = await withNamed(runtime, botId ? { botId } : { viewer }, rest);
    const page = botId ? listEvents(db, botId, wanted, pace) : listAllEvents(db, viewer, wanted, pace);
    return showPage(await page, locale);
  });
});
