// What a bot has received.
import { listEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { findNamed } from "@/lib/events/named";
import { listEvents, showEvent } from "@/lib/events/queries";

export const GET = route(listEventsEndpoint, async ({ runtime, params, query, locale }) => {
  const named = query.q ? await findNamed(runtime.db, runtime.names, { botId: params.id }, query.q) : [];
  const page = await listEvents(runtime.db, params.id, { ...query, named });
  return { events: page.items.map((row) => showEvent(row, locale)), nextCursor: page.nextCursor };
});
