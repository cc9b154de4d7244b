// Has an event that waits for its next try tried at once.
import { after } from "next/server";
import { retryEventEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { requireEvent } from "@/lib/events/queries";
import { retryEvent } from "@/lib/events/retry";

export const POST = route(retryEventEndpoint, async ({ runtime, viewer, params }) => {
  const event = await requireEvent(runtime.db, viewer, params.id);
  await retryEvent(runtime, viewer, event);
  // Where the process sleeps between requests, nobody else would take it up.
  if (!runtime.platform.holdsConnections) after(() => runtime.worker.drain());
  return { id: params.id };
});
