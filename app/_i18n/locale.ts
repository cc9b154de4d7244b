// Which of the two languages a reader gets: what they chose, else what their browser asks for.
import { LOCALES, type Locale, localeFromHeader } from "@/lib/text/translate";

export const LOCALE_COOKIE = "larkspur_locale";

export const isLocale = (value: unknown): value is Locale => (LOCALES as readonly unknown[]).includes(value);

export function localeOf(request: {
  cookies: { get(name: string): { value: string } | undefined };
  headers: Headers;
}): Locale {
  const chosen = request.cookies.get(LOCALE_COOKIE)?.value;
  return isLocale(chosen) ? chosen : localeFromHeader(request.headers.get("accept-language"));
}
