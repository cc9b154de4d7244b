// Invites a bot into a group of the sandbox, or throws it out.
import { setSandboxMemberEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(setSandboxMemberEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  return { success: found(room.setMember(body.chatId, body.inside, body.person), "chat") };
});
