"use client";
import { useEffect, useRef } from "react";
import { type LogFilter, queryOf } from "@/app/_components/messages/statuses";

/** The page's address says what is asked of the log: it can be shared, loaded again and come back to. */
export function useAddress(filter: LogFilter, { withBot }: { withBot: boolean }): void {
  const query = queryOf(filter);
  if (withBot && filter.botId) query.set("bot", filter.botId);
  const search = query.size > 0 ? `?${query}` : "";
  const shown = useRef(search);
  useEffect(() => {
    if (shown.current === search) return;
    shown.current = search;
    window.history.replaceState(null, "", `${window.location.pathname}${search}`);
  }, [search]);
}
