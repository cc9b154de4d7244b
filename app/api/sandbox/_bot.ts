// Finds the sandbox bot that a request speaks of, and its room in the cloud.
import { requireBot } from "@/lib/bots/queries";
import { getConnectionStatus } from "@/lib/connections/status";
import { AppError } from "@/lib/errors";
import { countReplays } from "@/lib/events/replays";
import type { Runtime } from "@/lib/runtime";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Room } from "@/lib/sandbox/room";
import type { RoomHead } from "@/lib/sandbox/room-shapes";
import type { Viewer } from "@/lib/viewer";

type SandboxBot = {
  cloud: SandboxCloud;
  room: Room;
  appId: string;
  name: string;
  /** Without what can be seen in the chats themselves. */
  head(): Promise<RoomHead>;
};

/** Throws `not_found` for a bot the viewer may not see, `conflict` for one that lives in another cloud or process. */
export async function requireSandboxBot(runtime: Runtime, viewer: Viewer, botId: string): Promise<SandboxBot> {
  const bot = await requireBot(runtime.db, viewer, botId);
  if (bot.domain !== "sandbox") throw new AppError("conflict", "bot.notInSandbox");
  // Each replica has a cloud of its own: what is written here would never reach a bot that is connected there.
  const { state, instance } = await getConnectionStatus(runtime.db, botId, "en");
  if (state === "connected" && instance && instance !== runtime.env.instance) {
    throw new AppError("conflict", "bot.sandboxElsewhere", { params: { instance, here: runtime.env.instance } });
  }
  const cloud = await runtime.enterSandbox(botId);
  const room = cloud.room(bot.appId);
  const head = async () => room.head(bot.name, await countReplays(runtime.db, botId, room.messageIds()));
  return { cloud, room, appId: bot.appId, name: bot.name, head };
}

/** What is not in the bot's room is not found. */
export function found<T>(value: T | undefined | false, kind: "chat" | "message" | "upload"): Exclude<T, false> {
  if (value === undefined || value === false) throw new AppError("not_found", `notFound.${kind}`);
  return value as Exclude<T, false>;
}
