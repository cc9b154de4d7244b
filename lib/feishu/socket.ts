// One attempt at a long connection: one fresh SDK client, whose TCP socket and liveness are watched from outside.
import type { Socket } from "node:net";
import { EventDispatcher, LoggerLevel, WSClient } from "@larksuiteoapi/node-sdk";
import { APP_ID_PATTERN, type BotCredentials } from "@/lib/bots/schemas";
import { AttemptAgent } from "@/lib/feishu/attempt-agent";
import { discover, type Loss } from "@/lib/feishu/discovery";
import { boundPings, hearPongs } from "@/lib/feishu/pings";
import type { Logger } from "@/lib/logger";

export type FeishuSocket = {
  readonly isOpen: boolean;
  /** When bytes last came back from the cloud. */
  readonly lastReceivedAt: Date | undefined;
  /** Resolves when the TCP socket is really closed. Nothing is reported after the call. */
  close(): Promise<void>;
};

export type SocketOptions = {
  credentials: BotCredentials;
  /**
   * Gets every event as it came. The cloud is told "received" when it resolves, and asked to send again when it rejects.
   * What it resolves with is told, too: the answer to a callback, nothing to an event.
   */
  onEvent(envelope: unknown): Promise<unknown>;
  onOpen(): void;
  /** Called once, instead of `onOpen` or after it; the socket is then closed already. */
  onLost(loss: Loss): void;
  logger: Logger;
  limits?: Partial<SocketLimits>;
};

export type SocketLimits = typeof DEFAULT_LIMITS;

const DEFAULT_LIMITS = {
  discoveryMs: 10_000,
  handshakeMs: 10_000,
  /** The cloud asks for 120 s between pings; a dead link has to be found sooner. */
  pingEveryMs: 15_000,
  /** Without a byte for so long, two pings included, the link is dead. */
  silenceMs: 35_000,
  /** Without an answer to a ping for so long, two pings included, the cloud does not hear us, whatever it still sends. */
  unansweredMs: 40_000,
  tickMs: 1_000,
  /** How long a closing socket may take to finish acknowledgements that are under way. */
  drainMs: 1_000,
};

const SDK_PING_TIMEOUT_SECONDS = 30; // the SDK's own watchdog, a net below ours

export function openSocket(options: SocketOptions): FeishuSocket {
  const attempt = new Attempt(options);
  attempt.start();
  return attempt;
}

class Attempt implements FeishuSocket {
  readonly #options: SocketOptions;
  readonly #limits: SocketLimits;
  readonly #abort = new AbortController();
  readonly #client: WSClient;
  readonly #agent: AttemptAgent;
  #phase: "starting" | "open" | "ended" = "starting";
  #loss: Loss | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #bytesSeen = 0;
  #silentTicks = 0;
  #unansweredTicks = 0;
  #eventsUnderWay = 0;
  #lastReceivedAt: Date | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { appId, appSecret, origin, proxy } = options.credentials;
    this.#agent = new AttemptAgent(this.#abort.signal, proxy);
    this.#client = new WSClient({
      appId,
      appSecret,
      domain: origin,
      autoReconnect: false,
      agent: this.#agent,
      // WSClient uses nothing of it but `request`, for the discovery.
      httpInstance: { request: (request: DiscoveryRequest) => this.#discover(request) } as never,
      handshakeTimeoutMs: this.#limits.handshakeMs,
      wsConfig: { pingTimeout: SDK_PING_TIMEOUT_SECONDS },
      logger: sdkLogger(options.logger),
      // Below info the SDK prints addresses with tickets.
      loggerLevel: LoggerLevel.info,
      onReady: () => this.#opened(),
      onError: () => this.#lose(this.#loss ?? this.#agent.loss ?? this.#handshakeTimedOut()),
    });
    boundPings(this.#client, this.#limits.pingEveryMs);
    hearPongs(this.#client, () => {
      this.#unansweredTicks = 0;
    });
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get lastReceivedAt(): Date | undefined {
    return this.#lastReceivedAt;
  }

  start(): void {
    // The SDK ignores any other form of App ID without a word.
    if (!APP_ID_PATTERN.test(this.#options.credentials.appId)) {
      queueMicrotask(() => this.#lose({ kind: "credentials", reason: { code: "connection.appId" } }));
      return;
    }
    const eventDispatcher = new Receiver(this.#options.logger, (envelope) => this.#receive(envelope));
    void this.#client.start({ eventDispatcher });
  }

  async close(): Promise<void> {
    const wasOpen = this.#phase === "open";
    this.#phase = "ended";
    clearInterval(this.#ticker);
    const { socket } = this.#agent;
    if (wasOpen && socket && !socket.destroyed) {
      await this.#drained();
      // Takes leave with a close frame: the cloud answers it and closes, and so gives this bot no event any more.
      this.#client.close();
      await closing(socket, this.#limits.drainMs);
    }
    this.#abort.abort();
    this.#client.close({ force: true });
    await this.#agent.closed();
  }

  async #discover({ url, data, headers }: DiscoveryRequest) {
    const { signal } = this.#abort;
    const { proxy } = this.#options.credentials;
    const found = await discover({ url, body: data, headers, proxy, signal, limitMs: this.#limits.discoveryMs });
    if (!found.ok) {
      this.#loss = found.loss;
      throw new Error(found.loss.reason.code);
    }
    this.#agent.aim(found.url);
    return { code: 0, msg: "", data: { URL: found.url, ClientConfig: found.clientConfig } };
  }

  #opened(): void {
    if (this.#phase !== "starting") return;
    const { socket } = this.#agent;
    if (!socket || socket.destroyed) {
      this.#lose(closedByCloud);
      return;
    }
    this.#phase = "open";
    this.#lastReceivedAt = new Date();
    this.#bytesSeen = socket.bytesRead;
    socket.once("end", () => this.#lose(closedByCloud));
    socket.once("close", () => this.#lose(this.#agent.loss ?? closedByCloud));
    this.#ticker = setInterval(() => this.#tick(socket), this.#limits.tickMs);
    this.#options.onOpen();
  }

  // Counts ticks, not time: after a blocked event loop or a sleeping computer the cloud gets its chance to answer.
  #tick(socket: Socket): void {
    if (socket.bytesRead !== this.#bytesSeen) {
      this.#bytesSeen = socket.bytesRead;
      this.#silentTicks = 0;
      this.#lastReceivedAt = new Date();
    } else {
      this.#silentTicks += 1;
    }
    this.#unansweredTicks += 1;
    const { tickMs, silenceMs, unansweredMs } = this.#limits;
    if (this.#silentTicks * tickMs >= silenceMs) this.#loseDead("silent", silenceMs);
    else if (this.#unansweredTicks * tickMs >= unansweredMs) this.#loseDead("unanswered", unansweredMs);
    // After a close frame without FIN the TCP socket stays open, and the SDK says nothing.
    else if (this.#client.getConnectionStatus().state !== "connected") this.#lose(closedByCloud);
  }

  #loseDead(how: "silent" | "unanswered", limitMs: number): void {
    this.#lose({
      kind: "other",
      reason: { code: `connection.${how}`, params: { seconds: Math.round(limitMs / 1000) } },
    });
  }

  async #receive(envelope: unknown): Promise<unknown> {
    this.#eventsUnderWay += 1;
    try {
      return await this.#options.onEvent(envelope);
    } finally {
      this.#eventsUnderWay -= 1;
    }
  }

  /** Waits for events under way, so that their acknowledgements still go out; a lost one is only pushed again. */
  async #drained(): Promise<void> {
    const deadline = performance.now() + this.#limits.drainMs;
    while (this.#eventsUnderWay > 0 && performance.now() < deadline) await pause(10);
    // The SDK acknowledges some microtasks after the handler.
    await pause(0);
  }

  #lose(loss: Loss): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    clearInterval(this.#ticker);
    this.#abort.abort();
    this.#client.close({ force: true });
    this.#options.onLost(loss);
  }

  #handshakeTimedOut(): Loss {
    const params = { host: this.#agent.host, seconds: Math.round(this.#limits.handshakeMs / 1000) };
    return { kind: "other", reason: { code: "connection.handshakeTimeout", params } };
  }
}

const closedByCloud: Loss = { kind: "other", reason: { code: "connection.closed" } };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves when the socket is closed, or when the time is up. */
function closing(socket: Socket, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, limitMs);
    socket.once("close", () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

type DiscoveryRequest = { url: string; data: object; headers: Record<string, string> };

/** Takes every event, of whatever type. */
class Receiver extends EventDispatcher {
  readonly #receive: (envelope: unknown) => Promise<unknown>;

  constructor(logger: Logger, receive: (envelope: unknown) => Promise<unknown>) {
    super({ logger: sdkLogger(logger) });
    this.#receive = receive;
  }

  // The SDK sends any returned value back inside the acknowledgement.
  override async invoke(envelope: unknown): Promise<unknown> {
    return this.#receive(envelope);
  }
}

/** The SDK's chatter is for debugging only. It passes one array. */
function sdkLogger(logger: Logger) {
  const write = (parts: unknown) => logger.debug({ sdk: [parts].flat().map(String).join(" ") }, "SDK");
  return { error: write, warn: write, info: write, debug: write, trace: write };
}
