"use client";
import { useEffect, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Event } from "@/lib/events/schemas";

/** So many events in one request: each may be a question to Feishu. */
const AT_ONCE = 50;

type Named = Pick<Event, "id" | "senderId" | "chatId" | "chatType">;

/** What the people and groups of events are called: the ids stand there until it is known, and where it is not told. */
export function useNames(events: readonly Named[]): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [asked] = useState(() => new Set<string>());
  useEffect(() => {
    const news = events.filter((event) => namedIn(event).some((id) => !asked.has(id))).slice(0, AT_ONCE);
    if (news.length === 0) return;
    for (const event of news) for (const id of namedIn(event)) asked.add(id);
    const query = new URLSearchParams({ ids: news.map(({ id }) => id).join(",") });
    call<{ names: Record<string, string> }>("GET", `/api/feishu/events/names?${query}`).then(
      (answer) => setNames((before) => new Map([...before, ...Object.entries(answer.names)])),
      (error: unknown) => {
        if (!(error instanceof RequestFailure)) throw error;
      },
    );
  }, [events, asked]);
  return names;
}

function namedIn({ senderId, chatId, chatType }: Named): string[] {
  return [senderId, chatType === "group" ? chatId : undefined].filter((id) => id !== undefined);
}
