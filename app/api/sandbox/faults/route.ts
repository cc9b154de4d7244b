// Disturbs the connection of a sandbox bot, to see it come back.
import { disturbSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { disturb } from "@/lib/sandbox/room";

export const POST = route(disturbSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { cloud, appId } = await requireSandboxBot(runtime, viewer, body.botId);
  disturb(cloud, appId, body.fault);
  return { success: true as const };
});
