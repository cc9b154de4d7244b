"use client";
import { type Attention, attentionOf } from "@/app/_components/bots/bot-state";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { useClock } from "@/app/_components/live/clock";

/** What each of the bots suffers from by now, in their order. */
export function useAttentions(bots: readonly LiveBot[]): (Attention | undefined)[] {
  const words = useClock((now) => bots.map((live) => attentionOf(live, now) ?? "").join());
  return words.split(",").map((word) => (word || undefined) as Attention | undefined);
}
