// How much a bot has received.
import { countEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { findNamed } from "@/lib/events/named";
import { countEvents } from "@/lib/events/queries";

export const GET = route(countEventsEndpoint, async ({ runtime, params, query }) => {
  const named = query.q ? await findNamed(runtime.db, runtime.names, { botId: params.id }, query.q) : [];
  return { count: await countEvents(runtime.db, params.id, { ...query, named }) };
});
