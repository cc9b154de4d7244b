"use client";
import { type KeyboardEvent, useState } from "react";

/** Which of several things in a row is looked at, with the arrow keys or the pointer; null: none. */
export function useCursor(count: number) {
  const [active, setActive] = useState<number | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const last = count - 1;
    const at = active ?? count;
    const targets: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setActive(Math.min(last, Math.max(0, target)));
  };
  const leave = () => setActive(null);
  return { active, setActive, handlers: { onKeyDown, onBlur: leave, onPointerLeave: leave } };
}
