"use client";
import { useRef } from "react";
import type { RoomState } from "@/app/_components/sandbox/room-link";

/** How many messages of the bot nobody has looked at, by chat; those that were there at first have been seen. */
export function useUnread(messages: RoomState["messages"], current: string | undefined): ReadonlyMap<string, number> {
  const seen = useRef<Map<string, number> | null>(null);
  const counted = new Map([...messages].map(([chatId, all]) => [chatId, all.filter(({ fromBot }) => fromBot).length]));
  if (!seen.current && messages.size > 0) seen.current = new Map(counted);
  if (current) seen.current?.set(current, counted.get(current) ?? 0);
  return new Map(
    [...counted].map(([chatId, count]) => [chatId, Math.max(0, count - (seen.current?.get(chatId) ?? 0))]),
  );
}
