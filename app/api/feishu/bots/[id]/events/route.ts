// What a bot has received.
import { listEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { withNamed } from "@/lib/events/named";
import { listEvents, showPage } from "@/lib/events/queries";

export const GET = route(listEventsEndpoint, async ({ runtime, params, query, locale }) => {
  const wanted = await withNamed(runtime, { botId: params.id }, query);
  return showPage(await listEvents(runtime.db, params.id, wanted), locale);
});
