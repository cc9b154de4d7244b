"use client";
import { useFormatter, useTranslations } from "next-intl";

const HOURS_FROM_MS = 90 * 60_000;

/** A length of time, as exact as one wants it at its size. */
export function useDuration(): (ms: number) => string {
  const t = useTranslations("ui.time");
  const format = useFormatter();
  return (ms) => {
    if (ms < 1_000) return t("milliseconds", { value: format.number(Math.round(ms)) });
    if (ms < 60_000)
      return t("seconds", { value: format.number(ms / 1_000, { maximumFractionDigits: ms < 10_000 ? 2 : 1 }) });
    if (ms >= HOURS_FROM_MS) return t("hours", { value: format.number(ms / 3_600_000, { maximumFractionDigits: 1 }) });
    return t("minutes", { value: format.number(ms / 60_000, { maximumFractionDigits: 1 }) });
  };
}

export function Took({ from, to }: { from: string; to: string | undefined }) {
  const duration = useDuration();
  return to ? duration(Math.max(0, Date.parse(to) - Date.parse(from))) : null;
}
