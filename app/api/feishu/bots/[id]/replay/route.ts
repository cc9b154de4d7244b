// Has all failed events of a bot processed once more.
import { after } from "next/server";
import { replayAllEndpoint } from "@/app/api/_endpoints/event-actions";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { replayAll } from "@/lib/events/replay-all";

export const POST = route(replayAllEndpoint, async ({ runtime, viewer, params, query }) => {
  const bot = await requireBot(runtime.db, viewer, params.id);
  const replayed = await replayAll(runtime, viewer, bot, query.status, query.cause);
  // Where the process sleeps between requests, nobody else would take them up.
  if (!runtime.platform.holdsConnections) after(() => runtime.worker.drain());
  return replayed;
});
