"use server";
// Keeps what a reader chooses in the top bar.
import { cookies } from "next/headers";
import { isLocale, LOCALE_COOKIE } from "@/app/_i18n/locale";
import { THEME_COOKIE, themeOf } from "@/app/_i18n/theme";

const A_YEAR_SECONDS = 365 * 24 * 60 * 60;
const kept = { path: "/", maxAge: A_YEAR_SECONDS, sameSite: "lax" } as const;

export async function chooseLocale(locale: string): Promise<void> {
  if (isLocale(locale)) (await cookies()).set(LOCALE_COOKIE, locale, kept);
}

export async function chooseTheme(theme: string): Promise<void> {
  (await cookies()).set(THEME_COOKIE, themeOf(theme), kept);
}
