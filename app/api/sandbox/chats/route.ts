// The chats of a sandbox bot with their messages, and new groups.
import { createSandboxChatEndpoint, listSandboxChatsEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { AppError } from "@/lib/errors";

export const GET = route(listSandboxChatsEndpoint, async ({ runtime, viewer, query }) => {
  const { room, name, head } = await requireSandboxBot(runtime, viewer, query.botId);
  return { ...(await head()), chats: room.chats(name) };
});

export const POST = route(createSandboxChatEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  const chat = room.addGroup(body.name, body.people, body.isTopic ?? false);
  if (!chat) throw new AppError("conflict", "bot.sandboxFull");
  return chat;
});
