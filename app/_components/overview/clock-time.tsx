"use client";
import { useFormatter } from "next-intl";
import { useClock } from "@/app/_components/live/clock";

/** A time of the last days as one says it today: 14:02, or Tue 09:14; with its date instead of the weekday: 1 Dec, 09:14. */
export function useClockTime({ withDate = false } = {}): (at: string) => string {
  const format = useFormatter();
  const today = useClock((now) => format.dateTime(now, { dateStyle: "short" }));
  return (at) => {
    const time = new Date(at);
    const isToday = format.dateTime(time, { dateStyle: "short" }) === today;
    const day = withDate ? ({ month: "short", day: "numeric" } as const) : ({ weekday: "short" } as const);
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    return format.dateTime(time, isToday ? clock : { ...day, ...clock });
  };
}
