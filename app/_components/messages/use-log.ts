"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useEvents, useGap } from "@/app/_components/live/live-provider";
import { filterOf, type LogFilter, queryOf } from "@/app/_components/messages/statuses";
import { useUnsettled } from "@/app/_components/messages/use-unsettled";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { Event } from "@/lib/events/schemas";

export type EventPage = {
  events: Event[];
  nextCursor: string | null;
  /** What was received before this was not looked through yet. */
  searchedTo?: string;
};

const TYPING_MS = 250;

type Log = EventPage & { waiting: ReadonlySet<string> };

/**
 * A bot's log, or that of all bots: filtered by the server, kept up to date by the stream. `begin` is what `first` was read
 * for. On the way back that may be older than the address, which says what was asked last.
 */
export function useLog(first: EventPage, begin: LogFilter, ofBot?: string) {
  const address = useSearchParams();
  const [filter, setFilterState] = useState(() => {
    const asked = filterOf(Object.fromEntries(address));
    if (ofBot) asked.botId = ofBot;
    return keyOf(asked) === keyOf(begin) ? begin : asked;
  });
  const [log, setLog] = useState<Log>({ ...first, waiting: new Set() });
  const [busy, setBusy] = useState<"first" | "more" | null>(filter === begin ? null : "first");
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const turn = useRef(0);

  async function read(wanted: LogFilter, kind: "first" | "more" | "quietly" | "missed") {
    turn.current += 1;
    const mine = turn.current;
    if (kind === "first" || kind === "more") setBusy(kind);
    setFailure(null);
    try {
      const cursor = kind === "more" ? log.nextCursor : null;
      const page = await call<EventPage>("GET", addressOf(wanted, cursor));
      // A slower answer to an older question must not overwrite a newer one's.
      if (mine !== turn.current) return;
      if (kind === "missed") {
        for (const event of page.events) take(event, true);
        return;
      }
      setLog((before) =>
        kind === "more"
          ? { ...page, waiting: before.waiting, events: [...before.events, ...page.events] }
          : { ...page, waiting: new Set() },
      );
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (mine === turn.current) setFailure(error);
    } finally {
      if (mine === turn.current) setBusy(null);
    }
  }

  const readFiltered = useEffectEvent(() => void read(filter, "first"));
  const asked = useRef(begin);
  useEffect(() => {
    if (asked.current === filter) return;
    const { q, since, until } = asked.current;
    const typed = q !== filter.q || since !== filter.since || until !== filter.until;
    asked.current = filter;
    const timer = setTimeout(() => readFiltered(), typed ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [filter]);

  const take = (event: Event, isFound = mayMatch(event, filter)) => {
    setLog((before) => {
      const isShown = before.events.some(({ id }) => id === event.id);
      if (isShown) return { ...before, events: before.events.map((known) => (known.id === event.id ? event : known)) };
      if (!isFound || isOlder(event, before)) return before;
      return { ...before, waiting: new Set(before.waiting).add(event.id) };
    });
  };
  useEvents((event) => take(event));
  useUnsettled(log.events, (event) => take(event));
  // What came meanwhile waits like any other news: a list that was scrolled stays where it is.
  useGap(() => void read(filter, "missed"));

  return {
    ...log,
    waiting: log.waiting.size,
    hasMore: log.nextCursor !== null,
    loading: busy === "first",
    loadingMore: busy === "more",
    failure,
    filter,
    setFilter: setFilterState,
    showWaiting: () => void read(filter, "quietly"),
    loadMore: () => void read(filter, "more"),
  };
}

function addressOf(filter: LogFilter, cursor: string | null): string {
  const { botId } = filter;
  const query = queryOf(filter);
  if (cursor) query.set("cursor", cursor);
  return botId ? `/api/feishu/bots/${botId}/events?${query}` : `/api/feishu/events?${query}`;
}

const keyOf = (filter: LogFilter): string => `${filter.botId} ${queryOf(filter)}`;

// Whether the words are found only the server knows: it is asked when the waiting rows are wanted.
const mayMatch = (event: Event, filter: LogFilter) =>
  (!filter.botId || filter.botId === event.botId) &&
  (filter.status === "all" || filter.status === event.status) &&
  (!filter.chatId || filter.chatId === event.chatId) &&
  (!filter.senderId || filter.senderId === event.senderId) &&
  (!filter.since || Date.parse(filter.since) <= Date.parse(event.receivedAt)) &&
  (!filter.until || Date.parse(filter.until) > Date.parse(event.receivedAt)) &&
  (filter.q.trim() === "" || (event.text ?? "").toLowerCase().includes(filter.q.trim().toLowerCase()));

/** An event further down than what has been loaded is not news. */
const isOlder = (event: Event, { events, nextCursor }: EventPage) => {
  const oldest = events.at(-1);
  return nextCursor !== null && oldest !== undefined && event.receivedAt < oldest.receivedAt;
};
