"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import type { RoomChat, RoomHead, RoomMessage } from "@/lib/sandbox/room-shapes";

type RoomView = Omit<RoomHead, "chats"> & { chats: RoomChat[] };

export type RoomState = {
  /** Null until the stream has said the first word. */
  head: RoomHead | null;
  messages: ReadonlyMap<string, readonly RoomMessage[]>;
  failure: RequestFailure | null;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Browsers allow six connections to a server: a tab that nobody looks at gives its own back. */
const HIDDEN_MS = 60_000;

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

class RoomLink {
  readonly #botId: string;
  readonly #update: (change: (before: RoomState) => RoomState) => void;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hide: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(botId: string, update: (change: (before: RoomState) => RoomState) => void) {
    this.#botId = botId;
    this.#update = update;
  }

  start(): () => void {
    document.addEventListener("visibilitychange", this.#look);
    this.open();
    return () => {
      document.removeEventListener("visibilitychange", this.#look);
      clearTimeout(this.#hide);
      this.#close();
    };
  }

  open(): void {
    this.#close();
    const source = new EventSource(`/api/sandbox/stream?botId=${encodeURIComponent(this.#botId)}`);
    this.#source = source;
    source.onopen = () => {
      this.#pauseMs = FIRST_PAUSE_MS;
    };
    source.onerror = () => this.#lost();
    source.addEventListener("all", ({ data }) => {
      const { chats, ...rest } = JSON.parse(data) as RoomView;
      const messages = new Map(chats.map((chat) => [chat.chatId, chat.messages]));
      this.#update(() => ({ head: { ...rest, chats }, messages, failure: null }));
    });
    source.addEventListener("room", ({ data }) => {
      const head = JSON.parse(data) as RoomHead;
      this.#update((before) => ({ ...before, head }));
    });
    source.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data) as RoomMessage;
      this.#update((before) => ({ ...before, messages: withMessage(before.messages, message) }));
    });
  }

  // An EventSource does not tell why it failed: asking plainly does.
  #lost(): void {
    this.#close();
    void this.#ask();
    this.#retry = setTimeout(() => this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #ask(): Promise<void> {
    try {
      await call("GET", `/api/sandbox/chats?botId=${encodeURIComponent(this.#botId)}`);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      this.#update((before) => ({ ...before, failure: error }));
    }
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  #look = (): void => {
    clearTimeout(this.#hide);
    if (document.visibilityState === "visible") {
      if (!this.#source) this.open();
    } else this.#hide = setTimeout(() => this.#close(), HIDDEN_MS);
  };
}

function withMessage(before: RoomState["messages"], message: RoomMessage): RoomState["messages"] {
  const known = before.get(message.chatId) ?? [];
  const at = known.findLastIndex(({ messageId }) => messageId === message.messageId);
  return new Map(before).set(message.chatId, at < 0 ? [...known, message] : known.with(at, message));
}
