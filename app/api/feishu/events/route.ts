// What all of the caller's bots have received, or one of them.
import { listAllEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { withNamed } from "@/lib/events/named";
import { listAllEvents, listEvents, showPage } from "@/lib/events/queries";

export const GET = route(listAllEventsEndpoint, async ({ runtime, viewer, query, locale }) => {
  const { botId, ...rest } = query;
  if (botId) await requireBot(runtime.db, viewer, botId);
  const request = await withNamed(runtime, botId ? { botId } : { viewer }, rest);
  const page = botId ? await listEvents(runtime.db, botId, request) : await listAllEvents(runtime.db, viewer, request);
  return showPage(page, locale);
});
