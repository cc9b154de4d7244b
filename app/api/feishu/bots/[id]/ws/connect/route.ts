// Wishes for a bot's long connection.
import { connectEndpoint } from "@/app/api/_endpoints/connections";
import { route } from "@/app/api/_http/route";
import { wishConnection } from "@/lib/bots/changes";
import { getConnectionStatus } from "@/lib/connections/status";

export const POST = route(connectEndpoint, async ({ runtime, viewer, params, locale }) => {
  await wishConnection(runtime, viewer, params.id, true);
  runtime.bus.publish({ topic: "bot", botId: params.id });
  await runtime.connections?.reconcileBot(params.id);
  const { state } = await getConnectionStatus(runtime.db, params.id, locale);
  return { success: true, botId: params.id, status: state === "connected" ? state : "connecting" } as const;
});
