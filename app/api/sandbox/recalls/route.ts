// A person of the sandbox recalls a message.
import { recallInSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(recallInSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  return { success: found(room.recall(body.messageId), "message") };
});
