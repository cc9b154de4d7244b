// The doctor: what is right and what is missing, with the cure.
import { checkBotEndpoint } from "@/app/api/_endpoints/doctor";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { checkBot } from "@/lib/doctor/check-bot";

export const POST = route(checkBotEndpoint, async ({ runtime, viewer, params, locale }) =>
  checkBot(runtime, await requireBot(runtime.db, viewer, params.id), locale),
);
