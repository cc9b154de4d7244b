"use client";
import { useState } from "react";
import { useEvents, useGap } from "@/app/_components/live/live-provider";
import { useUnsettled } from "@/app/_components/messages/use-unsettled";
import { call, RequestFailure } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";
import type { Event, EventDetails } from "@/lib/events/schemas";

/** As it is read by a link: without what Feishu sent. */
export type SharedDetails = Omit<EventDetails, "payload"> & { payload?: EventDetails["payload"] };

/** One event with its steps, read again whenever it changes. */
export function useTrace(initial: SharedDetails, isShared: boolean) {
  const [state, setState] = useState({ initial, event: initial });
  if (state.initial !== initial) setState({ initial, event: initial });
  const { pending, failure, run } = useRequest();

  const read = async () => {
    try {
      const event = await call<EventDetails>("GET", `/api/feishu/events/${initial.id}`);
      setState((before) => ({ ...before, event }));
    } catch (error) {
      // What is shown stays; the next change reads it again.
      if (!(error instanceof RequestFailure)) throw error;
    }
  };
  const take = (changed: Event) => {
    if (changed.id !== initial.id || isShared) return;
    setState((before) => {
      const { nextTryAt: _, ...known } = before.event;
      return { ...before, event: { ...known, ...changed } };
    });
    void read();
  };
  useEvents(take);
  useUnsettled(isShared ? [] : [state.event], take);
  useGap(() => {
    if (!isShared) void read();
  });

  const ask = (what: "replay" | "retry") => () =>
    run(async () => {
      await call("POST", `/api/feishu/events/${initial.id}/${what}`);
      await read();
    });
  return { event: state.event, replay: ask("replay"), retry: ask("retry"), busy: pending, failure };
}
