// Tells next-intl the language, the texts and the time zone of the request at hand.
import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { localeOf } from "@/app/_i18n/locale";
import { TIME_ZONE_COOKIE, timeZoneOf } from "@/app/_i18n/time-zone";
import { catalogOf } from "@/lib/text/translate";

export default getRequestConfig(async () => {
  const kept = await cookies();
  const locale = localeOf({ cookies: kept, headers: await headers() });
  return { locale, messages: catalogOf(locale), timeZone: timeZoneOf(kept.get(TIME_ZONE_COOKIE)?.value) };
});
