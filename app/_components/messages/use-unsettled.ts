"use client";
import { useEffect, useEffectEvent, useState } from "react";
import { useGap } from "@/app/_components/live/live-provider";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Event } from "@/lib/events/schemas";

/** How long what looks unfinished may stay without news before it is asked for. */
const SETTLE_MS = 1_500;
const AT_ONCE = 20;

/**
 * An event may finish after the server has rendered it and before the stream is listened to: nobody tells of it then.
 * Each one that looks unfinished is read once more, also after the stream was away.
 */
export function useUnsettled(events: readonly Event[], onEvent: (event: Event) => void): void {
  const tell = useEffectEvent(onEvent);
  const key = events
    .filter(({ status }) => status === "pending" || status === "processing")
    .slice(0, AT_ONCE)
    .map(({ id, status }) => `${id}:${status}`)
    .join();
  const [gaps, setGaps] = useState(0);
  useGap(() => setGaps((count) => count + 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies(gaps): after a gap all of them are read again.
  useEffect(() => {
    if (!key) return;
    let isGone = false;
    const read = async (id: string) => {
      const event = await call<Event>("GET", `/api/feishu/events/${id}`);
      if (!isGone) tell(event);
    };
    const timer = setTimeout(async () => {
      const ids = key.split(",").map((part) => part.slice(0, part.indexOf(":")));
      for (const result of await Promise.allSettled(ids.map(read))) {
        // What is shown stays; the next news mends it.
        if (result.status === "rejected" && !(result.reason instanceof RequestFailure)) throw result.reason;
      }
    }, SETTLE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [key, gaps]);
}
