// The chats of a sandbox bot with their messages.
import { listSandboxChatsEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { chatsOfBot } from "@/lib/sandbox/room";

export const GET = route(listSandboxChatsEndpoint, async ({ runtime, viewer, query }) => {
  const { cloud, appId, name } = await requireSandboxBot(runtime, viewer, query.botId);
  return { chats: chatsOfBot(cloud, appId, name) };
});
