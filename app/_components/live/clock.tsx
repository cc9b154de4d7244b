"use client";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";

const TICK_MS = 1_000;

// One ticker for the whole page; whoever reads it renders again only when what they make of the time changes.
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = Date.now();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

const RenderedAt = createContext(0);

/** `at` is when the server rendered the page: the first render here agrees with the one there. */
export function ClockProvider({ at, children }: { at: number; children: ReactNode }) {
  return <RenderedAt value={at}>{children}</RenderedAt>;
}

/** When the server rendered the page; in ms. */
export const useRenderedAt = (): number => useContext(RenderedAt);

/** What `read` makes of the time, kept up to date; it must return something that compares by value. */
export function useClock<T extends string | number | boolean>(read: (now: number) => T): T {
  const renderedAt = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => {
      now ||= Date.now();
      return read(now);
    },
    () => read(renderedAt),
  );
}
