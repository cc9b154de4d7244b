"use client";
import { useFormatter, useTranslations } from "next-intl";
import type { Span } from "@/lib/connections/spans";

/** Spans this long belong to more than one day. */
const LONG_MS = 60 * 60_000;

/** What a span of an availability bar says: its time, state and reason. */
export function useSpanWords(noData: string): (span: Span) => string {
  const states = useTranslations("ui.state");
  const format = useFormatter();
  return (span) => {
    const time = format.dateTimeRange(span.from, span.to, {
      ...(span.to - span.from > LONG_MS ? { month: "short", day: "numeric" } : {}),
      hour: "2-digit",
      minute: "2-digit",
    });
    const state = span.state === "none" ? noData : states(span.state === "disconnected" ? "off" : span.state);
    return [time, state, span.reason].filter(Boolean).join(" · ");
  };
}
