// The doctor: what is right and what is missing, with the cure.
import { TIME_ZONE_COOKIE, timeZoneOf } from "@/app/_i18n/time-zone";
import { checkBotEndpoint } from "@/app/api/_endpoints/doctor";
import { route } from "@/app/api/_http/route";
import { requireBot } from "@/lib/bots/queries";
import { checkBot } from "@/lib/doctor/check-bot";

export const POST = route(checkBotEndpoint, async ({ request, runtime, viewer, params, locale }) => {
  const timeZone = timeZoneOf(request.cookies.get(TIME_ZONE_COOKIE)?.value);
  return checkBot(runtime, await requireBot(runtime.db, viewer, params.id), { locale, timeZone });
});
