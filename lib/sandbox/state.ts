// What the parts of the cloud share: its state, its settings, and a way to tell what happened.
import { AppRegistry } from "@/lib/sandbox/apps";
import { CardTokens } from "@/lib/sandbox/card-tokens";
import { Cards } from "@/lib/sandbox/cards";
import { Chats } from "@/lib/sandbox/chats";
import type { Attempt } from "@/lib/sandbox/delivery";
import { Faults } from "@/lib/sandbox/faults";
import { People } from "@/lib/sandbox/people";
import { RateLimits } from "@/lib/sandbox/rate-limits";
import { Resources } from "@/lib/sandbox/resources";
import { DEFAULT_LIMITS, defaultSettings, type SandboxLimits, type SandboxSettings } from "@/lib/sandbox/settings";
import { Signals } from "@/lib/sandbox/signals";
import { SentUuids } from "@/lib/sandbox/uuids";
import type { SandboxMessage } from "@/lib/sandbox/views";

export type SandboxLog = (message: string, detail?: object) => void;

/** A recorded API or discovery call; secrets in the body are masked, long bodies are left out. */
export interface RecordedCall {
  at: number;
  appId?: string;
  method: string;
  path: string;
  query: string;
  body: unknown;
  status: number;
  code: number;
}

export interface SandboxSignals {
  call: RecordedCall;
  /** A message is new in its chat. */
  message: SandboxMessage;
  /** A message looks different: edited, recalled, a reaction, a card that grows. */
  change: SandboxMessage;
  push: { appId: string; eventId: string; attempt: Attempt };
  ack: { appId: string; eventId: string; attempt: Attempt; late: boolean };
  /** What an app's screen shows beside messages has changed. */
  room: { appId: string };
  connection: { appId: string; connectionId: string; state: "open" | "ready" | "closed" };
}

export interface SandboxState {
  origin: string;
  settings: SandboxSettings;
  limits: SandboxLimits;
  apps: AppRegistry;
  people: People;
  chats: Chats;
  cards: Cards;
  resources: Resources;
  faults: Faults;
  rates: RateLimits;
  uuids: SentUuids;
  cardTokens: CardTokens;
  signals: Signals<SandboxSignals>;
  log: SandboxLog;
  /** Aborted when the cloud stops. */
  stopping: AbortSignal;
}

export interface StateOptions {
  /** Divides the waits between pushes of an event and the life of a card's streaming mode. */
  timeScale?: number;
  settings?: Partial<SandboxSettings>;
  limits?: Partial<SandboxLimits>;
  log?: SandboxLog;
}

export function createState(origin: string, options: StateOptions, stopping: AbortSignal): SandboxState {
  const settings = { ...defaultSettings(options.timeScale ?? 1), ...options.settings };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const log = options.log ?? (() => undefined);
  const apps = new AppRegistry();
  return {
    origin,
    settings,
    limits,
    log,
    stopping,
    apps,
    people: new People(limits.people),
    chats: new Chats(limits),
    cards: new Cards(settings, limits),
    cardTokens: new CardTokens(),
    resources: new Resources(limits.resourceBytes, (room) => apps.get(room)?.owner ?? room),
    faults: new Faults(),
    rates: new RateLimits(),
    uuids: new SentUuids(),
    signals: new Signals<SandboxSignals>((error) => log("A listener of the sandbox failed", { reason: String(error) })),
  };
}
