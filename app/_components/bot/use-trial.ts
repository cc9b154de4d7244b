"use client";
import { useEffect, useRef, useState } from "react";
import { useDrafts } from "@/app/_components/bot/drafts";
import { RequestFailure, send } from "@/app/_components/requests/call";
import { eventsOf } from "@/app/_components/requests/server-events";
import type { TrialAnswer } from "@/lib/events/trial";

type Said = {
  key: number;
  by: "person" | "bot";
  text: string;
  answer?: TrialAnswer;
  error?: string;
  isStopped?: boolean;
};

/** A conversation with settings that are not saved. What was asked is given up when the page is left. */
export function useTrial(botId: string) {
  const drafts = useDrafts();
  const [said, setSaid] = useState<Said[]>([]);
  const [growing, setGrowing] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const say = (more: Omit<Said, "key">) => setSaid((before) => [...before, { key: before.length, ...more }]);
  const ask = async (text: string) => {
    const leaving = new AbortController();
    abort.current = leaving;
    const question = { by: "person", text } as const;
    const earlier = said.flatMap(({ by, text, error }) => (error || text === "" ? [] : [{ by, text }]));
    say(question);
    setGrowing("");
    try {
      const messages = [...earlier.slice(-40), question];
      const path = `/api/feishu/bots/${botId}/try`;
      const response = await send("POST", path, { body: { ...drafts(), messages }, signal: leaving.signal });
      await read(response, leaving.signal);
    } catch (error) {
      if (leaving.signal.aborted) return;
      say({ by: "bot", text: "", error: error instanceof RequestFailure ? (error.detail ?? "") : String(error) });
    } finally {
      if (abort.current === leaving) setGrowing(null);
    }
  };

  async function read(response: Response, signal: AbortSignal): Promise<void> {
    let shown = "";
    for await (const { name, data } of eventsOf(response)) {
      if (signal.aborted) return;
      if (name === "text") {
        const { keep, text } = data as { keep: number; text: string };
        shown = shown.slice(0, keep) + text;
        setGrowing(shown);
      } else if (name === "answer") {
        const answer = data as TrialAnswer;
        return say({ by: "bot", text: textOf(answer), answer });
      } else if (name === "failed") {
        return say({ by: "bot", text: "", error: (data as { error: string }).error });
      }
    }
    throw new RequestFailure(0);
  }

  const giveUp = () => {
    abort.current?.abort();
    abort.current = null;
    setGrowing(null);
  };
  const stop = () => {
    say({ by: "bot", text: growing ?? "", isStopped: true });
    giveUp();
  };
  const begin = () => {
    giveUp();
    setSaid([]);
  };
  return { said, growing, ask, stop, begin };
}

const textOf = ({ messages }: TrialAnswer): string =>
  messages.flatMap((message) => (message.format === "card" ? [] : [message.text])).join("\n\n");
