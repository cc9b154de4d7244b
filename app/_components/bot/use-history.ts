"use client";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useBot } from "@/app/_components/bot/bot-frame";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { ConnectionHistory } from "@/lib/connections/history";

const A_DAY_MS = 24 * 60 * 60 * 1000;
/** The bar's right end moves on with the time even when nothing changes. */
const REFRESH_MS = 5 * 60_000;

export const RANGES = { day: 1, week: 7, month: 30 } as const;
export type Range = keyof typeof RANGES;

/** The history of the last day, or of longer where that is wanted, read again whenever the bot's state changes. */
export function useHistory(initial: ConnectionHistory) {
  const { bot, state } = useBot();
  const [shown, setShown] = useState<{ range: Range; history: ConnectionHistory }>({ range: "day", history: initial });
  const [range, setRange] = useState<Range>("day");
  const wanted = useRef<Range>(range);
  const shownFor = useRef(state);

  const read = useEffectEvent(async () => {
    const since = new Date(Date.now() - RANGES[range] * A_DAY_MS).toISOString();
    try {
      const history = await call<ConnectionHistory>("GET", `/api/feishu/bots/${bot.id}/ws/history?since=${since}`);
      if (wanted.current === range) setShown({ range, history });
    } catch (error) {
      // The next change or the next turn reads it again; what is shown stays.
      if (!(error instanceof RequestFailure)) throw error;
    }
  });
  useEffect(() => {
    if (shownFor.current !== state || wanted.current !== range) {
      wanted.current = range;
      void read();
    }
    shownFor.current = state;
    const timer = setInterval(() => void read(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [state, range]);
  return { ...shown, wanted: range, setRange };
}
