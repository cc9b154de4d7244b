// A person of the sandbox writes to a bot.
import { writeSandboxMessageEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { AppError } from "@/lib/errors";
import { sayInRoom } from "@/lib/sandbox/room";

export const POST = route(writeSandboxMessageEndpoint, async ({ runtime, viewer, body }) => {
  const { cloud, appId } = await requireSandboxBot(runtime, viewer, body.botId);
  const said = sayInRoom(cloud, { ...body, appId });
  if (!said) throw new AppError("not_found", "notFound.chat");
  return said;
});
