"use client";
import { type FocusEvent, useState } from "react";

/**
 * Nothing moves under the pointer or away from the focus: a new order waits until both have left the list. A new `view`,
 * which is asked for, does not wait. New ids come at the end meanwhile.
 */
export function useHeldOrder(ids: readonly string[], view = "") {
  const [held, setHeld] = useState<{ ids: readonly string[]; view: string } | null>(null);
  const keep = () => setHeld((before) => (before?.view === view ? before : { ids, view }));
  const shown = held?.view === view ? [...new Set([...held.ids, ...ids])] : ids;
  return {
    shown,
    hold: {
      onPointerEnter: keep,
      onPointerLeave: () => setHeld(null),
      onFocus: keep,
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => {
        if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setHeld(null);
      },
    },
  };
}
