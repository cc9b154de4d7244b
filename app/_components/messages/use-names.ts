"use client";
import { useEffect, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Event } from "@/lib/events/schemas";

const AT_ONCE = 30;

type Named = Pick<Event, "senderId" | "chatId" | "chatType">;
type Wanted = { people: string[]; chats: string[] };

/** What people and groups of a log are called: the ids stand there until it is known, and where it is not told. */
export function useNames(botId: string | undefined, events: readonly Named[]): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [asked] = useState(() => new Set<string>());
  useEffect(() => {
    if (!botId) return;
    const wanted = wantedOf(events, asked);
    if (wanted.people.length + wanted.chats.length === 0) return;
    for (const id of [...wanted.people, ...wanted.chats]) asked.add(id);
    const query = new URLSearchParams({ people: wanted.people.join(","), chats: wanted.chats.join(",") });
    call<{ names: Record<string, string> }>("GET", `/api/feishu/bots/${botId}/names?${query}`).then(
      (answer) => setNames((before) => new Map([...before, ...Object.entries(answer.names)])),
      (error: unknown) => {
        if (!(error instanceof RequestFailure)) throw error;
      },
    );
  }, [botId, events, asked]);
  return names;
}

function wantedOf(events: readonly Named[], asked: ReadonlySet<string>): Wanted {
  const news = (ids: (string | undefined)[]) =>
    [...new Set(ids)].filter((id) => id !== undefined && !asked.has(id)).slice(0, AT_ONCE) as string[];
  return {
    people: news(events.map(({ senderId }) => senderId)),
    chats: news(events.map(({ chatType, chatId }) => (chatType === "group" ? chatId : undefined))),
  };
}
