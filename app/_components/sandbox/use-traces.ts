"use client";
import { useEffect, useState } from "react";
import { useEvents } from "@/app/_components/live/live-provider";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Event } from "@/lib/events/schemas";

export type Traces = {
  of: ReadonlyMap<string, Event>;
  /** Whatever was received after it is known; undefined until anything is. */
  since: string | undefined;
};

const READ = 100;

/** What became of each message, by its id: the newest ones, and whatever happens from then on. */
export function useTraces(botId: string): Traces {
  const [traces, setTraces] = useState<Traces>(() => ({ of: new Map(), since: undefined }));
  useEffect(() => {
    const read = async () => {
      try {
        const { events } = await call<{ events: Event[] }>("GET", `/api/feishu/bots/${botId}/events?limit=${READ}`);
        const since = events.length < READ ? "" : events.at(-1)?.receivedAt;
        setTraces((before) => ({ of: new Map([...events.reverse(), ...before.of.values()].flatMap(entry)), since }));
      } catch (error) {
        // The links to the traces are missing then; the chat itself goes on.
        if (!(error instanceof RequestFailure)) throw error;
      }
    };
    void read();
  }, [botId]);
  useEvents((event) => {
    if (event.botId === botId) setTraces((before) => ({ ...before, of: new Map([...before.of, ...entry(event)]) }));
  });
  return traces;
}

const entry = (event: Event): [string, Event][] =>
  event.messageId && event.eventType === "im.message.receive_v1" ? [[event.messageId, event]] : [];
