"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { RoomLink, type RoomState } from "@/app/_components/sandbox/room-link";

const EMPTY: RoomState = { head: null, messages: new Map(), failure: null };

/** The room of a sandbox bot as its event stream tells it; after a gap the stream begins with the whole of it. */
export function useRoom(botId: string): RoomState & { retry: () => void } {
  const [state, setState] = useState<RoomState>(EMPTY);
  const link = useRef<RoomLink | null>(null);
  useEffect(() => {
    const opened = new RoomLink(botId, setState);
    link.current = opened;
    return opened.start();
  }, [botId]);
  const retry = useCallback(() => link.current?.open(), []);
  return { ...state, retry };
}
