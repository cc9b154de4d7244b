// Every bot at a glance.
import { everyBotEndpoint } from "@/app/api/_endpoints/overview";
import { route } from "@/app/api/_http/route";
import { readEveryBot } from "@/lib/overview/every-bot";

export const GET = route(everyBotEndpoint, ({ runtime, viewer, locale }) => readEveryBot(runtime.db, viewer, locale));
