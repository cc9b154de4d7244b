// How much a bot has received.
import { countEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { withNamed } from "@/lib/events/named";
import { countEvents } from "@/lib/events/queries";

export const GET = route(countEventsEndpoint, async ({ runtime, params, query }) => {
  const filter = await withNamed(runtime, { botId: params.id }, query);
  return countEvents(runtime.db, params.id, filter);
});
