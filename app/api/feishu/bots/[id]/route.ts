// One bot: read, change, delete.
import { deleteBotEndpoint, getBotEndpoint, updateBotEndpoint } from "@/app/api/_endpoints/bots";
import { route } from "@/app/api/_http/route";
import { deleteBot, updateBot } from "@/lib/bots/changes";
import { requireBot, showBot } from "@/lib/bots/queries";
import { endAnswers } from "@/lib/events/stopping";

export const GET = route(getBotEndpoint, async ({ runtime, viewer, params, baseUrl }) =>
  showBot(await requireBot(runtime.db, viewer, params.id), baseUrl, runtime.sealer),
);

export const PATCH = route(updateBotEndpoint, async ({ runtime, viewer, params, body, baseUrl }) => {
  await updateBot(runtime, viewer, params.id, body);
  runtime.bus.publish({ topic: "bot", botId: params.id });
  return showBot(await requireBot(runtime.db, viewer, params.id), baseUrl, runtime.sealer);
});

export const DELETE = route(deleteBotEndpoint, async ({ runtime, viewer, params }) => {
  await endAnswers(runtime.db, runtime.bus, params.id);
  await deleteBot(runtime, viewer, params.id);
  runtime.bus.publish({ topic: "bot", botId: params.id });
  return undefined;
});
