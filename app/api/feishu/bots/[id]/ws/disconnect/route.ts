// Withdraws the wish for a bot's long connection and waits until no socket is left.
import { disconnectEndpoint } from "@/app/api/_endpoints/connections";
import { route } from "@/app/api/_http/route";
import { wishConnection } from "@/lib/bots/changes";

export const POST = route(disconnectEndpoint, async ({ runtime, viewer, params }) => {
  await wishConnection(runtime, viewer, params.id, false);
  runtime.bus.publish({ topic: "bot", botId: params.id });
  await runtime.connections?.disconnected(params.id);
  return { success: true, botId: params.id, status: "disconnected" } as const;
});
