// Disturbs the connection of a sandbox bot, to see it come back.
import { disturbSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(disturbSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  if (body.end) room.endFault(body.fault);
  else room.disturb(body.fault);
  return { success: true as const };
});
