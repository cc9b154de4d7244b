// What happens in the chats of a sandbox bot, as it happens.
import { watchSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { openEventStream } from "@/app/api/_http/event-stream";
import { takePlace } from "@/app/api/_http/places";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { feedRoom } from "@/app/api/sandbox/stream/feed";
import { requireCaller } from "@/lib/auth/callers";
import { AppError } from "@/lib/errors";

export const dynamic = "force-dynamic";

export const GET = route(watchSandboxEndpoint, async ({ request, runtime, viewer, query }) => {
  const { cloud, room, appId, name, head } = await requireSandboxBot(runtime, viewer, query.botId);
  const leave = takePlace(viewer.userId);
  const stream = openEventStream([request.signal, runtime.signal], {
    alive: query.alive === undefined ? undefined : () => ({}),
  });
  if (stream.ended.aborted) leave();
  else stream.ended.addEventListener("abort", leave, { once: true });
  const recheck = async () => {
    const now = await requireSandboxBot(runtime, await requireCaller(runtime, request), query.botId);
    // It was elsewhere meanwhile, and came back with what happened there.
    if (now.room !== room) throw new AppError("conflict", "bot.sandboxElsewhere");
  };
  const unsubscribe = runtime.bus.subscribe("session", ({ userId }) => {
    if (userId === viewer.userId) recheck().catch(() => stream.end());
  });
  stream.ended.addEventListener("abort", unsubscribe, { once: true });
  // What it throws ends the stream: the reader comes back.
  feedRoom({ cloud, room, appId, botName: name, head, stream, recheck }).catch(() => stream.end());
  return stream.response;
});
