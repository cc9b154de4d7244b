// One event with all that became of it.
import { getEventEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireEvent, showEventDetails } from "@/lib/events/queries";

export const GET = route(getEventEndpoint, async ({ runtime, viewer, params, locale }) =>
  showEventDetails(runtime.db, await requireEvent(runtime.db, viewer, params.id), locale),
);
