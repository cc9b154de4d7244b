"use client";
import { useTimeZone } from "next-intl";
import { useEffect, useEffectEvent, useRef } from "react";
import { useEvents, useGap } from "@/app/_components/live/live-provider";
import { call } from "@/app/_components/requests/call";
import { useSeen } from "@/app/_components/requests/seen";
import type { Coming } from "@/app/_session/coming";
import type { Overview } from "@/lib/overview/schemas";

/** Soon after a bot's state has changed; what changes together is read together. */
const AFTER_STATE_MS = 300;
/** While messages pour in, no more often than this. */
const AFTER_EVENT_MS = 2_000;
/** The hours and the bars move on when nothing happens, too. */
const REFRESH_MS = 60_000;

/** The overview; undefined: on its way. */
export function useOverview(coming: Coming<Overview>) {
  const timeZone = useTimeZone() ?? "UTC";
  return useSeen("overview", coming, () => call<Overview>("GET", `/api/overview?tz=${encodeURIComponent(timeZone)}`));
}

/** Has the overview read again when something happens. `states` is what the bots' states amount to. */
export function useNews(again: () => Promise<void>, states: string): void {
  const timer = useRef<{ at: number; id: ReturnType<typeof setTimeout> }>(undefined);
  const reading = useRef(false);

  const read = useEffectEvent(async () => {
    if (document.visibilityState === "hidden" || reading.current) return;
    reading.current = true;
    await again();
    reading.current = false;
  });
  const readWithin = useEffectEvent((ms: number) => {
    const at = Date.now() + ms;
    if (timer.current && timer.current.at <= at) return;
    clearTimeout(timer.current?.id);
    const id = setTimeout(() => {
      timer.current = undefined;
      // One that is under way may have been asked before the news.
      if (reading.current) readWithin(AFTER_STATE_MS);
      else void read();
    }, ms);
    timer.current = { at, id };
  });

  const shown = useRef(states);
  useEffect(() => {
    if (shown.current !== states) readWithin(AFTER_STATE_MS);
    shown.current = states;
  }, [states]);
  useEvents(() => readWithin(AFTER_EVENT_MS));
  useGap(() => readWithin(0));
  useEffect(() => {
    const each = setInterval(() => readWithin(0), REFRESH_MS);
    const look = () => document.visibilityState === "visible" && readWithin(0);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(each);
      clearTimeout(timer.current?.id);
      timer.current = undefined;
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}
