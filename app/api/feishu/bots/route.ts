// The list of bots, and adding one.
import { createBotEndpoint, listBotsEndpoint } from "@/app/api/_endpoints/bots";
import { route } from "@/app/api/_http/route";
import { createBot } from "@/lib/bots/changes";
import { listBots, requireBot, showBot } from "@/lib/bots/queries";

export const GET = route(listBotsEndpoint, async ({ runtime, viewer, query, baseUrl }) => {
  const ownerId = query.owner === "me" ? viewer.userId : undefined;
  const page = await listBots(runtime.db, viewer, { ...query, ownerId });
  return { bots: page.items.map((row) => showBot(row, baseUrl, runtime.sealer)), nextCursor: page.nextCursor };
});

export const POST = route(createBotEndpoint, async ({ runtime, viewer, body, baseUrl }) => {
  const id = await createBot(runtime, viewer, body);
  runtime.bus.publish({ topic: "bot", botId: id });
  return showBot(await requireBot(runtime.db, viewer, id), baseUrl, runtime.sealer);
});
