// How much a bot has received.
import { countEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { withNamed } from "@/lib/events/named";
import { countEvents } from "@/lib/events/queries";
import { searchInTurn } from "@/lib/events/reading-turns";

export const GET = route(countEventsEndpoint, async ({ request, runtime, viewer, params, query }) =>
  searchInTurn(viewer.userId, request.signal, async (pace) =>
    countEvents(runtime.db, params.id, await withNamed(runtime, { botId: params.id }, query), pace),
  ),
);
