"use client";
import { useState } from "react";
import { useEvents } from "@/app/_components/live/live-provider";
import { useUnsettled } from "@/app/_components/messages/use-unsettled";
import type { Event } from "@/lib/events/schemas";

/** A bot's newest events, as they arrive and change. */
export function useNewestEvents(botId: string, initial: Event[], limit: number): Event[] {
  const [state, setState] = useState({ initial, events: initial });
  if (state.initial !== initial) setState({ initial, events: initial });
  const take = (event: Event) => {
    if (event.botId !== botId) return;
    setState((before) => {
      const others = before.events.filter(({ id }) => id !== event.id);
      const isKnown = others.length < before.events.length;
      const events = isKnown
        ? before.events.map((known) => (known.id === event.id ? event : known))
        : [event, ...others].sort((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt)).slice(0, limit);
      return { ...before, events };
    });
  };
  useEvents(take);
  useUnsettled(state.events, take);
  return state.events;
}
