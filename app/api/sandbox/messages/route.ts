// A person of the sandbox writes to a bot.
import { writeSandboxMessageEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(writeSandboxMessageEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  return found(room.say(body), "chat");
});
