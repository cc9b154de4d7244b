// A person of the sandbox opens the direct chat with a bot.
import { visitInSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(visitInSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  room.enter(body.person);
  return { success: true as const };
});
