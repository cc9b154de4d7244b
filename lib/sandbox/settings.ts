// The knobs of the simulated cloud and their defaults, which are Feishu's own.

/** Sent with the endpoint and in every pong; intervals in seconds, a negative count means "for ever". */
export interface ClientConfig {
  ReconnectCount: number;
  ReconnectInterval: number;
  ReconnectNonce: number;
  PingInterval: number;
}

/** May be changed while the cloud runs; what is already scheduled keeps its time. */
export interface SandboxSettings {
  clientConfig: ClientConfig;
  /** Without an acknowledgement within this time an event is pushed again. Not divided by `timeScale`. */
  ackTimeoutMs: number;
  /** Waits before each further push; divided by `timeScale` at the start. */
  ladderMs: number[];
  /** Which connection gets a repeated event: any one, or one that has not had it yet (if there is one). */
  redeliverTo: "any" | "other";
  /** What happens to an event while no connection of its app is online. */
  whenOffline: "keep" | "drop";
  maxConnections: number;
  /** Rate limits of messages, cards and the API as a whole. */
  rateLimits: boolean;
  tokenLifeSeconds: number;
  /** After this a card leaves streaming mode by itself; divided by `timeScale` at the start. */
  cardStreamingMs: number;
  /** How often a client that registers an app may ask whether the code was scanned. */
  registrationPollSeconds: number;
}

/** How much is remembered; what is older is forgotten, so that a cloud can run for weeks. */
export interface SandboxLimits {
  messagesPerChat: number;
  chats: number;
  people: number;
  /** Settled deliveries per app. */
  deliveries: number;
  /** Events per app that still wait for their acknowledgement. */
  pendingDeliveries: number;
  calls: number;
  cards: number;
  resourceBytes: number;
}

export function defaultSettings(timeScale: number): SandboxSettings {
  return {
    clientConfig: { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 },
    ackTimeoutMs: 3_000,
    // Feishu pushes again after 15 s, 5 min, 1 h and 6 h.
    ladderMs: [15_000, 300_000, 3_600_000, 21_600_000].map((ms) => ms / timeScale),
    redeliverTo: "any",
    whenOffline: "keep",
    maxConnections: 50,
    rateLimits: false,
    tokenLifeSeconds: 7_200,
    cardStreamingMs: 600_000 / timeScale,
    registrationPollSeconds: 5,
  };
}

export const DEFAULT_LIMITS: SandboxLimits = {
  messagesPerChat: 500,
  chats: 20_000,
  people: 20_000,
  deliveries: 2_000,
  pendingDeliveries: 20_000,
  calls: 2_000,
  cards: 2_000,
  resourceBytes: 64 * 1024 * 1024,
};
