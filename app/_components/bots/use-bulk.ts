"use client";
import { useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { ListedBot } from "@/lib/bots/schemas";

const AT_ONCE = 6;

export type Bulk = {
  action: "connect" | "disconnect";
  total: number;
  done: number;
  failures: { bot: ListedBot; failure: RequestFailure }[];
};

/** Switches the long connections of many bots, a few at a time, and keeps which could not be switched and why. */
export function useBulk(onMoved: (botId: string, change: { useWebSocket: boolean }) => void) {
  const [bulk, setBulk] = useState<Bulk | null>(null);

  const start = async (action: Bulk["action"], bots: readonly ListedBot[]): Promise<void> => {
    setBulk({ action, total: bots.length, done: 0, failures: [] });
    const waiting = [...bots];
    const work = async () => {
      for (let bot = waiting.shift(); bot; bot = waiting.shift()) {
        const failure = await switchOne(action, bot);
        if (!failure) onMoved(bot.id, { useWebSocket: action === "connect" });
        const failures = failure ? [{ bot, failure }] : [];
        setBulk((now) => now && { ...now, done: now.done + 1, failures: [...now.failures, ...failures] });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  };
  return { bulk, isRunning: bulk !== null && bulk.done < bulk.total, start, forget: () => setBulk(null) };
}

async function switchOne(action: Bulk["action"], bot: ListedBot): Promise<RequestFailure | undefined> {
  try {
    await call("POST", `/api/feishu/bots/${bot.id}/ws/${action}`);
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    return error;
  }
}
