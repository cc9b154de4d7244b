// One event with all that became of it.
import { getEventEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireEvent, showEventTo } from "@/lib/events/queries";

export const GET = route(getEventEndpoint, async ({ runtime, viewer, params, locale }) =>
  showEventTo(runtime.db, viewer, await requireEvent(runtime.db, viewer, params.id), locale),
);
