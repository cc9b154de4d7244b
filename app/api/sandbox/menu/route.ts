// A person of the sandbox chooses an entry of a bot's menu.
import { chooseMenuInSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";

export const POST = route(chooseMenuInSandboxEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  room.chooseMenu(body.person, body.eventKey);
  return { success: true as const };
});
