// A visit to one bot's pages: who looks, and the bot.
import { cache } from "react";
import { found } from "@/app/_session/found";
import { requireVisit, type Visit } from "@/app/_session/visit";
import { requireBot, showBot } from "@/lib/bots/queries";
import type { Bot } from "@/lib/bots/schemas";

/** Shows the not-found page for a bot that is not there and for one that the reader may not see, alike. */
export const visitBot = cache(async (id: string, tab = ""): Promise<Visit & { bot: Bot }> => {
  const visit = await requireVisit(`/bots/${id}${tab}`);
  const row = await found(requireBot(visit.runtime.db, visit.viewer, id));
  return { ...visit, bot: showBot(row, visit.baseUrl, visit.runtime.sealer) };
});
