// Tells whether it is quiet now, by the clock of the bot's time zone.
import type { QuietHours } from "@/lib/db/documents";

const DAY_MS = 86_400_000;

/** The period that `at` lies in, named after its beginning; undefined outside of it. The same time twice is the whole day. */
export function quietPeriod({ from, to, timezone }: Omit<QuietHours, "text">, at: Date): string | undefined {
  const { date, time } = localTime(at, timezone);
  if (from < to) return from <= time && time < to ? `${date} ${from}` : undefined;
  if (time >= from) return `${date} ${from}`;
  return time < to ? `${localTime(new Date(at.getTime() - DAY_MS), timezone).date} ${from}` : undefined;
}

/** "2026-01-31" and "22:05": they can be compared as texts. */
function localTime(at: Date, timeZone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return { date: `${part("year")}-${part("month")}-${part("day")}`, time: `${part("hour")}:${part("minute")}` };
}
