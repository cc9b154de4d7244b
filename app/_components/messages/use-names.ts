"use client";
import { useEffect, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { EventNames } from "@/lib/events/contacts";
import type { Event } from "@/lib/events/schemas";
import type { Title, Titles } from "@/lib/events/titles";

/** So many events in one request: each may be a question to Feishu. */
const AT_ONCE = 50;

type Named = Pick<Event, "id" | "senderId" | "chatId">;

/** What the people and chats of events are called; the ids stand there until it is known. */
export function useNames(events: readonly Named[]): Titles {
  const [names, setNames] = useState<Titles>(new Map());
  const [asked] = useState(() => new Set<string>());
  useEffect(() => {
    const news = events.filter((event) => namedIn(event).some((id) => !asked.has(id))).slice(0, AT_ONCE);
    if (news.length === 0) return;
    for (const event of news) for (const id of namedIn(event)) asked.add(id);
    const query = new URLSearchParams({ ids: news.map(({ id }) => id).join(",") });
    call<EventNames>("GET", `/api/feishu/events/names?${query}`).then(
      (answer) => setNames((before) => new Map([...before, ...titlesIn(answer)])),
      (error: unknown) => {
        if (!(error instanceof RequestFailure)) throw error;
      },
    );
  }, [events, asked]);
  return names;
}

function titlesIn({ names, titles }: EventNames): [string, Title][] {
  const listed = (of: Record<string, string>, isNamed: boolean) =>
    Object.entries(of).map(([id, title]): [string, Title] => [id, { title, isNamed }]);
  return [...listed(titles, false), ...listed(names, true)];
}

const namedIn = ({ senderId, chatId }: Named): string[] => [senderId, chatId].filter((id) => id !== undefined);
