// One more person in the sandbox.
import { addSandboxPersonEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { AppError } from "@/lib/errors";

export const POST = route(addSandboxPersonEndpoint, async ({ runtime, viewer, body }) => {
  const { room } = await requireSandboxBot(runtime, viewer, body.botId);
  const person = room.addPerson(body.name);
  if (!person) throw new AppError("conflict", "bot.sandboxFull");
  return person;
});
