// Every bot that the reader may see, for the pages that show them all.
import type { Visit } from "@/app/_session/visit";
import { listBots, showBot } from "@/lib/bots/queries";
import type { Bot } from "@/lib/bots/schemas";
import { MAX_LIMIT } from "@/lib/db/page";

export async function everyBot({ runtime, viewer, baseUrl }: Visit): Promise<Bot[]> {
  const bots: Bot[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listBots(runtime.db, viewer, { limit: MAX_LIMIT, cursor });
    bots.push(...page.items.map((row) => showBot(row, baseUrl, runtime.sealer)));
    cursor = page.nextCursor;
  }
  return bots;
}
