"use client";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { useClock } from "@/app/_components/live/clock";

const EXACT: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium" };
const A_WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const JUST_NOW_MS = 5_000;

/** A time as people say it, with the exact time in the reader's zone on hover and focus. */
export function TimeAgo({ at, className = "" }: { at: string; className?: string }) {
  const t = useTranslations("ui.time");
  const format = useFormatter();
  const locale = useLocale();
  const [exact, setExact] = useState<string>();
  const time = new Date(at);
  const words = useClock((now) => {
    const age = now - time.getTime();
    if (Math.abs(age) > A_WEEK_MS) return format.dateTime(time, { dateStyle: "medium" });
    // A clock that runs a little behind the server's must not speak of the future.
    if (age < JUST_NOW_MS && age > -60_000) return t("justNow");
    return format.relativeTime(time, { now, style: "short" });
  });
  const show = () => setExact(new Intl.DateTimeFormat(locale, EXACT).format(time));
  return (
    <time
      dateTime={at}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be reachable by the keyboard and by a tap.
      tabIndex={0}
      data-tip={exact}
      onPointerEnter={show}
      onFocus={show}
      className={`tip whitespace-nowrap ${className}`}
      suppressHydrationWarning
    >
      {words}
    </time>
  );
}
