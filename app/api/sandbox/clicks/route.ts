// A person of the sandbox presses a button of a bot's card, or fills it in.
import { pressInSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(pressInSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  return found(await room.press(body.messageId, body.person, body.action), "message");
});
