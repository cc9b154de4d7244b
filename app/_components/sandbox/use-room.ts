"use client";
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useEvents, useGap } from "@/app/_components/live/live-provider";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { RoomChat } from "@/lib/sandbox/room";

/** Answers arrive in the chat by themselves; only looking tells. */
const LOOK_MS = 1_500;

/** The chats of a sandbox bot, kept up to date while the page is looked at; null until they are known. */
export function useRoom(botId: string) {
  const [chats, setChats] = useState<RoomChat[] | null>(null);
  const [failure, setFailure] = useState<RequestFailure | null>(null);

  const read = useCallback(async () => {
    try {
      const answer = await call<{ chats: RoomChat[] }>("GET", `/api/sandbox/chats?botId=${botId}`);
      setChats(answer.chats);
      setFailure(null);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      setFailure(error);
    }
  }, [botId]);

  const look = useEffectEvent(() => {
    if (document.visibilityState === "visible") void read();
  });
  useEffect(() => {
    look();
    const timer = setInterval(() => look(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  useEvents((event) => {
    if (event.botId === botId) void read();
  });
  useGap(() => void read());

  return { chats, failure, read };
}
