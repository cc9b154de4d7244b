// Makes a link by which everybody of this installation may read one trace.
import { shareEventEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { requireEvent } from "@/lib/events/queries";
import { shareEvent } from "@/lib/events/share";

export const POST = route(shareEventEndpoint, async ({ runtime, viewer, params, query, baseUrl }) => {
  const event = await requireEvent(runtime.db, viewer, params.id);
  const { token, expiresAt } = await shareEvent(runtime, viewer, event, query.days);
  return { url: `${baseUrl}/shared/${token}`, expiresAt };
});
