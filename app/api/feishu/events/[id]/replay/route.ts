// Has an event processed once more.
import { after } from "next/server";
import { replayEventEndpoint } from "@/app/api/_endpoints/events";
import { route } from "@/app/api/_http/route";
import { requireEvent } from "@/lib/events/queries";
import { replayEvent } from "@/lib/events/replay";

export const POST = route(replayEventEndpoint, async ({ runtime, viewer, params }) => {
  const event = await requireEvent(runtime.db, viewer, params.id);
  await replayEvent(runtime, viewer, event);
  // Where the process sleeps between requests, nobody else would take it up.
  if (!runtime.platform.holdsConnections) after(() => runtime.worker.drain());
  return { id: params.id };
});
