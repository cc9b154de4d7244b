// Finds the sandbox bot that a request speaks of, and its cloud.
import { requireBot } from "@/lib/bots/queries";
import { AppError } from "@/lib/errors";
import type { Runtime } from "@/lib/runtime";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Viewer } from "@/lib/viewer";

type SandboxBot = { cloud: SandboxCloud; appId: string; name: string };

/** Throws `not_found` for a bot the viewer may not see, `conflict` for one that lives in another cloud. */
export async function requireSandboxBot(runtime: Runtime, viewer: Viewer, botId: string): Promise<SandboxBot> {
  const bot = await requireBot(runtime.db, viewer, botId);
  if (bot.domain !== "sandbox") throw new AppError("conflict", "bot.notInSandbox");
  return { cloud: await runtime.enterSandbox(botId), appId: bot.appId, name: bot.name };
}
