// What the parts of the cloud share: its state, its settings, and a way to tell what happened.
import type { AppRegistry } from "./apps";
import type { CardTokens } from "./card-tokens";
import type { Cards } from "./cards";
import type { Chats } from "./chats";
import type { Attempt } from "./delivery";
import type { Faults } from "./faults";
import type { People } from "./people";
import type { RateLimits } from "./rate-limits";
import type { Resources } from "./resources";
import type { SandboxLimits, SandboxSettings } from "./settings";
import type { Signals } from "./signals";
import type { SentUuids } from "./uuids";
import type { SandboxMessage } from "./views";

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
