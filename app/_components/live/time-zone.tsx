"use client";
import { useRouter } from "next/navigation";
import { useTimeZone } from "next-intl";
import { useEffect } from "react";
import { TIME_ZONE_COOKIE } from "@/app/_i18n/time-zone";

const A_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Tells the server in which time zone its reader lives, so that days and hours are theirs from the next answer on. */
export function TimeZone() {
  const router = useRouter();
  const known = useTimeZone();
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!own || own === known) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where a house's own network is reached by http.
    document.cookie = `${TIME_ZONE_COOKIE}=${own}; path=/; max-age=${A_YEAR_SECONDS}; samesite=lax`;
    router.refresh();
  }, [known, router]);
  return null;
}
