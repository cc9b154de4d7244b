// Has all that failed for one cause processed once more.
import { after } from "next/server";
import { replayCauseEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { replayCause } from "@/lib/events/replay-all";

export const POST = route(replayCauseEndpoint, async ({ runtime, viewer, query }) => {
  const replayed = await replayCause(runtime, viewer, query.cause);
  // Where the process sleeps between requests, nobody else would take them up.
  if (!runtime.platform.holdsConnections) after(() => runtime.worker.drain());
  return replayed;
});
