"use client";
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useRef, useState } from "react";
import { useEvents, useGap, useLiveCount } from "@/app/_components/live/live-provider";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Counts } from "@/lib/overview/schemas";

/** An answer takes about so long: what is answered at once is never counted as waiting. */
const AFTER_EVENT_MS = 1_200;

const Current = createContext<Counts>({ errors: 0, waiting: 0, failed: 0 });

/** Bots in error and messages that wait, as they are at this moment. */
export const useCounts = (): Counts => useContext(Current);

export function CountsProvider({ initial, children }: { initial: Counts; children: ReactNode }) {
  const [state, setState] = useState({ initial, counts: initial });
  if (state.initial !== initial) setState({ initial, counts: initial });
  const errors = useLiveCount(({ state: now }) => now === "error") ?? state.counts.errors;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const read = useEffectEvent(async () => {
    try {
      const counts = await call<Counts>("GET", "/api/counts");
      setState((before) => ({ ...before, counts }));
    } catch (error) {
      // The next event reads it again.
      if (!(error instanceof RequestFailure)) throw error;
    }
  });
  const readSoon = useEffectEvent(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void read();
    }, AFTER_EVENT_MS);
  });
  useEvents(() => readSoon());
  useGap(() => readSoon());
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return <Current value={{ ...state.counts, errors }}>{children}</Current>;
}
