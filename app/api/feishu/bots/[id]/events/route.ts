// What a bot has received.
import { listEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { withNamed } from "@/lib/events/named";
import { listEvents, showEvent } from "@/lib/events/queries";

export const GET = route(listEventsEndpoint, async ({ runtime, params, query, locale }) => {
  const page = await listEvents(runtime.db, params.id, await withNamed(runtime, { botId: params.id }, query));
  return { events: page.items.map((row) => showEvent(row, locale)), nextCursor: page.nextCursor };
});
