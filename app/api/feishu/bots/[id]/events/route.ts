// What a bot has received.
import { listEventsEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { withNamed } from "@/lib/events/named";
import { listEvents, showPage } from "@/lib/events/queries";
import { searchInTurn } from "@/lib/events/reading-turns";

export const GET = route(listEventsEndpoint, async ({ request, runtime, viewer, params, query, locale }) =>
  searchInTurn(viewer.userId, request.signal, async (pace) => {
    const wanted = await withNamed(runtime, { botId: params.id }, query);
    return showPage(await listEvents(runtime.db, params.id, wanted, pace), locale);
  }),
);
