"use client";
import { useEffect, useRef, useState } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { ConnectionHistory } from "@/lib/connections/history";

const A_DAY_MS = 24 * 60 * 60 * 1000;
/** The bar's right end moves on with the day even when nothing changes. */
const REFRESH_MS = 5 * 60_000;

/** The last day's history, read again whenever the bot's state changes. */
export function useHistory(initial: ConnectionHistory): ConnectionHistory {
  const { bot, state } = useBot();
  const [history, setHistory] = useState(initial);
  const shownFor = useRef(state);
  useEffect(() => {
    const read = async () => {
      const since = new Date(Date.now() - A_DAY_MS).toISOString();
      try {
        setHistory(await call<ConnectionHistory>("GET", `/api/feishu/bots/${bot.id}/ws/history?since=${since}`));
      } catch (error) {
        // The next change or the next turn reads it again; what is shown stays.
        if (!(error instanceof RequestFailure)) throw error;
      }
    };
    if (shownFor.current !== state) void read();
    shownFor.current = state;
    const timer = setInterval(read, REFRESH_MS);
    return () => clearInterval(timer);
  }, [bot.id, state]);
  return history;
}
