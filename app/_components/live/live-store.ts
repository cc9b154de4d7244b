// Keeps one event stream open while the tab is looked at, and what it last said about each bot.
import { Silence } from "@/app/_components/live/silence";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Event } from "@/lib/events/schemas";

export type LinkState = "opening" | "live" | "lost";

/** A server that is away for long is asked less often, up to this. */
const LONGEST_PAUSE_MS = 15_000;
const FIRST_PAUSE_MS = 1_000;
/** A tab that nobody looks at gives its connection back: browsers allow six per server over HTTP/1.1. */
const HIDDEN_MS = 60_000;
/** A stream begins with the status of each bot: two hundred at once are told as one change. */
const GATHER_MS = 16;

const STREAM = "/api/feishu/stream?alive=true";

export class LiveStore {
  #link: LinkState = "opening";
  /** The server answers, its database does not. */
  #isDatabaseSilent = false;
  #statuses: ReadonlyMap<string, ConnectionStatus> = new Map();
  #news = new Map<string, ConnectionStatus>();
  #tell: ReturnType<typeof setTimeout> | undefined;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hide: ReturnType<typeof setTimeout> | undefined;
  readonly #silence = new Silence(() => {
    this.#wasSilent = true;
    this.#lost();
  });
  #pauseMs = FIRST_PAUSE_MS;
  #wasLive = false;
  /** It was open and silent: being open is no proof that anything comes through. */
  #wasSilent = false;
  /** In ms: up to then what is on screen was true. */
  #heardAt: number;
  readonly #since: string;
  readonly #onSignedOut: () => void;
  readonly #onChange = new Set<() => void>();
  readonly #onEvent = new Set<(event: Event) => void>();
  readonly #onGap = new Set<() => void>();
  readonly #onAlerts = new Set<() => void>();

  /** `renderedAt`: what happened between the server's rendering and the opening of the stream is told by the stream. */
  constructor(renderedAt: number, onSignedOut: () => void) {
    this.#heardAt = renderedAt;
    this.#since = new Date(renderedAt).toISOString();
    this.#onSignedOut = onSignedOut;
  }

  link = (): LinkState => this.#link;
  isDatabaseSilent = (): boolean => this.#isDatabaseSilent;
  /** When the stream was last heard, in ms; while it was not opened yet, when the server rendered the page. */
  heardAt = (): number => this.#heardAt;
  statuses = (): ReadonlyMap<string, ConnectionStatus> => this.#statuses;

  subscribe = (listener: () => void): (() => void) => this.#add(this.#onChange, listener);
  /** Called with each event of the viewer's bots, new or changed. */
  onEvent = (listener: (event: Event) => void): (() => void) => this.#add(this.#onEvent, listener);
  /** Called when the stream is back after it was away: what happened meanwhile must be read again. */
  onGap = (listener: () => void): (() => void) => this.#add(this.#onGap, listener);

  /** Called when an alert begins, is sent, or ends. */
  onAlerts = (listener: () => void): (() => void) => this.#add(this.#onAlerts, listener);

  start(): () => void {
    document.addEventListener("visibilitychange", this.#look);
    window.addEventListener("online", this.#reopen);
    this.#open();
    return () => {
      document.removeEventListener("visibilitychange", this.#look);
      window.removeEventListener("online", this.#reopen);
      clearTimeout(this.#hide);
      this.#close();
    };
  }

  #add<T>(set: Set<T>, listener: T): () => void {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  }

  #open(): void {
    this.#close();
    const source = new EventSource(this.#wasLive ? STREAM : `${STREAM}&since=${this.#since}`);
    this.#source = source;
    this.#silence.heard();
    source.onopen = () => this.#wasSilent || this.#opened();
    source.onerror = () => this.#lost();
    source.addEventListener("alive", ({ data }) => {
      this.#heard();
      this.#setDatabase((JSON.parse(data) as { database?: string }).database === "silent");
    });
    source.addEventListener("status", ({ data }) => {
      this.#heard();
      const status = JSON.parse(data) as ConnectionStatus;
      this.#news.set(status.botId, status);
      this.#tell ??= setTimeout(this.#tellNews, GATHER_MS);
    });
    source.addEventListener("event", ({ data }) => {
      this.#heard();
      const event = JSON.parse(data) as Event;
      for (const listener of this.#onEvent) listener(event);
    });
    source.addEventListener("alerts", () => {
      this.#heard();
      for (const listener of this.#onAlerts) listener();
    });
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#silence.heard();
    this.#wasSilent = false;
    if (this.#link !== "live") this.#opened();
  }

  #tellNews = (): void => {
    this.#tell = undefined;
    this.#statuses = new Map([...this.#statuses, ...this.#news]);
    this.#news.clear();
    this.#changed();
  };

  #opened(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    const hadGap = this.#wasLive;
    this.#wasLive = true;
    this.#heardAt = Date.now();
    this.#isDatabaseSilent = false;
    this.#setLink("live");
    if (hadGap) this.#tellOfGap();
  }

  #tellOfGap(): void {
    for (const listener of this.#onGap) listener();
  }

  // The browser gives up by itself after any answer that is not 200, so each try is ours.
  #lost(): void {
    this.#close();
    this.#setLink("lost");
    void this.#checkSession();
    this.#retry = setTimeout(() => this.#open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  // An EventSource does not tell why it failed: somebody who is no longer signed in would wait for ever.
  async #checkSession(): Promise<void> {
    const response = await fetch("/api/account").catch(() => undefined);
    if (response?.status === 401) this.#onSignedOut();
    if (response?.status === 503 && this.#link === "lost") this.#setDatabase(await isDatabaseAway());
    // Where no stream comes through, the page is at least read anew now and then.
    if (response?.ok && this.#wasSilent) this.#tellOfGap();
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#silence.stop();
    this.#source?.close();
    this.#source = undefined;
  }

  #reopen = (): void => {
    if (this.#link !== "live") this.#open();
  };

  #look = (): void => {
    clearTimeout(this.#hide);
    if (document.visibilityState === "visible") {
      if (!this.#source) this.#open();
      return;
    }
    this.#hide = setTimeout(() => {
      this.#close();
      this.#setLink("opening");
    }, HIDDEN_MS);
  };

  #setDatabase(isSilent: boolean): void {
    if (isSilent === this.#isDatabaseSilent) return;
    this.#isDatabaseSilent = isSilent;
    this.#changed();
    if (!isSilent && this.#link === "live") this.#tellOfGap();
  }

  #setLink(link: LinkState): void {
    if (link === this.#link) return;
    this.#link = link;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#onChange) listener();
  }
}

/** Where the server says so: nothing else that it answers without its database says why. */
async function isDatabaseAway(): Promise<boolean> {
  const readiness: { checks?: { database?: string } } = await fetch("/api/ready").then(
    (response) => response.json(),
    () => ({}),
  );
  return readiness.checks?.database === "failed";
}
