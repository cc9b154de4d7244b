"use client";
// The event stream of a sandbox bot's room, kept open while the tab is looked at.
import { Silence } from "@/app/_components/live/silence";
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

export class RoomLink {
  readonly #botId: string;
  readonly #update: (change: (before: RoomState) => RoomState) => void;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hide: ReturnType<typeof setTimeout> | undefined;
  readonly #silence = new Silence(() => this.#lost());
  #pauseMs = FIRST_PAUSE_MS;
  /** How often the whole room was shown. */
  #shown = 0;

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
    const source = new EventSource(`/api/sandbox/stream?alive=true&botId=${encodeURIComponent(this.#botId)}`);
    this.#source = source;
    this.#silence.heard();
    source.onerror = () => this.#lost();
    source.addEventListener("alive", () => this.#silence.heard());
    source.addEventListener("all", ({ data }) => {
      // Being open is no proof that anything comes through.
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#silence.heard();
      this.#show(JSON.parse(data) as RoomView);
    });
    source.addEventListener("room", ({ data }) => {
      this.#silence.heard();
      const head = JSON.parse(data) as RoomHead;
      this.#update((before) => ({ ...before, head }));
    });
    source.addEventListener("message", ({ data }) => {
      this.#silence.heard();
      const message = JSON.parse(data) as RoomMessage;
      this.#update((before) => ({ ...before, messages: withMessage(before.messages, message) }));
    });
  }

  #show({ chats, ...rest }: RoomView): void {
    this.#shown += 1;
    const messages = new Map(chats.map((chat) => [chat.chatId, chat.messages]));
    this.#update(() => ({ head: { ...rest, chats }, messages, failure: null }));
  }

  // An EventSource does not tell why it failed: asking plainly does.
  #lost(): void {
    this.#close();
    void this.#ask();
    this.#retry = setTimeout(() => this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #ask(): Promise<void> {
    const shown = this.#shown;
    try {
      const room = await call<RoomView>("GET", `/api/sandbox/chats?botId=${encodeURIComponent(this.#botId)}`);
      // Where no stream comes through, the room is at least read anew now and then.
      if (shown === this.#shown) this.#show(room);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      this.#update((before) => ({ ...before, failure: error }));
    }
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#silence.stop();
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
