// What happens, as it happens: connection statuses and events of the caller's bots.
import { streamEndpoint } from "@/app/api/_endpoints/events";
import { openEventStream } from "@/app/api/_http/event-stream";
import { takePlace } from "@/app/api/_http/places";
import { route } from "@/app/api/_http/route";
import { feed } from "@/app/api/feishu/stream/feed";
import { requireCaller } from "@/lib/auth/callers";

export const dynamic = "force-dynamic";

export const GET = route(streamEndpoint, async ({ request, runtime, viewer, locale, query }) => {
  const leave = takePlace(viewer.userId);
  const state = () => ({ database: runtime.isDatabaseSilent?.() ? "silent" : "ok" });
  const alive = query.alive === undefined ? undefined : state;
  const stream = openEventStream([request.signal, runtime.signal], { alive });
  if (stream.ended.aborted) leave();
  else stream.ended.addEventListener("abort", leave, { once: true });
  const recheck = () => requireCaller(runtime, request);
  const since = query.since === undefined ? undefined : new Date(query.since);
  feed({ runtime, stream, viewer, locale, since, recheck }).catch((err: unknown) => {
    runtime.logger.error({ err }, "live view could not start");
    stream.end();
  });
  return stream.response;
});
