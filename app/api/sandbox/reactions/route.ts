// A person of the sandbox reacts to a message, or takes the reaction back.
import { reactInSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(reactInSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  return { success: found(room.react(body.messageId, body.person, body.emoji, body.remove ?? false), "message") };
});
