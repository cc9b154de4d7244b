// Tells next-intl the language and the texts of the request at hand.
import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { localeOf } from "@/app/_i18n/locale";
import { catalogOf } from "@/lib/text/translate";

export default getRequestConfig(async () => {
  const locale = localeOf({ cookies: await cookies(), headers: await headers() });
  return { locale, messages: catalogOf(locale), timeZone: "UTC" };
});
