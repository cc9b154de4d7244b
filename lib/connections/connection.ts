// The state machine of one bot's long connection: when to try, when to wait, and what is true meanwhile.
import type { BotCredentials, ConnectionState } from "@/lib/bots/schemas";
import type { Outage } from "@/lib/connections/outage";
import { AppError, type Reason } from "@/lib/errors";
import type { CredentialsCheck } from "@/lib/feishu/credentials-check";
import type { Loss } from "@/lib/feishu/discovery";
import type { FeishuSocket } from "@/lib/feishu/socket";
import type { Logger } from "@/lib/logger";

export type ConnectionStatus = {
  state: ConnectionState;
  at: Date;
  /** Why it is not connected, or what led to this state. */
  reason?: Reason;
  connectedAt?: Date;
  /** Which retry is waited for or under way; 0 for the first try. */
  reconnectAttempt: number;
  nextRetryAt?: Date;
};

type SocketHandlers = { onOpen(): void; onLost(loss: Loss): void };

export type ConnectionDeps = {
  loadCredentials(): Promise<BotCredentials | null>;
  openSocket(credentials: BotCredentials, handlers: SocketHandlers): FeishuSocket;
  checkCredentials(credentials: BotCredentials, limitMs: number): Promise<CredentialsCheck>;
  /** Waits for a turn, so that not too many connect at the same time. The returned function gives the turn back. */
  enter(origin: string): Promise<() => void>;
  /** Shared with the other bots of this process; without it nobody is woken. */
  outage?: Outage;
  onChange(status: ConnectionStatus): void;
  logger: Logger;
  random?: () => number;
  /** It was connected before, in another process: it is `reconnecting` from the start. */
  resumes?: boolean;
  startDelayMs?: number;
  /** What has to be over before the first socket may be opened. */
  after?: Promise<void>;
};

// The retry times that the API promises.
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
const SLOW_RETRY_MS = 30_000;
const REFUSED_RETRY_MS = 300_000;
const JITTER = 0.25;
/** A connection that lasted so long is a success: the count of tries starts again. */
const STABLE_MS = 10_000;
/** A wait that is over so soon is not worth shortening. */
const SOON_MS = 2_000;
/** Others may flap; that must not make this bot's tries a storm. */
const WAKE_AGAIN_MS = 10_000;
/** Asking about credentials is a courtesy that must not hold the connection up. */
const CHECK_LIMIT_MS = 3_000;

export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #random: () => number;
  #status: ConnectionStatus;
  #socket: FeishuSocket | undefined;
  #closing: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  /** Failures in a row; the next try is the retry of this number. */
  #failures = 0;
  #wasConnected: boolean;
  #isChecked = false;
  #openedAt = 0;
  #lastReceivedAt: Date | undefined;
  #isClosed = false;
  /** The attempt under way or alive; what belongs to an earlier one is stale. */
  #attempt: symbol | undefined;
  #giveTurnBack: () => void = () => undefined;
  /** When it was last in touch with the cloud, or tried to be: what others meet later is news. */
  #triedAt = 0;
  #dueAt = 0;
  #wokenAt = -Infinity;
  #stopWaiting: () => void = () => undefined;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#random = deps.random ?? Math.random;
    this.#closing = deps.after ?? Promise.resolve();
    this.#wasConnected = deps.resumes ?? false;
    this.#status = { state: "disconnected", at: new Date(), reconnectAttempt: 0 };
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get lastReceivedAt(): Date | undefined {
    return this.#socket?.lastReceivedAt ?? this.#lastReceivedAt;
  }

  start(reason?: Reason): void {
    if (this.#isClosed || this.#status.state !== "disconnected") return;
    this.#become(this.#tryingState(), reason);
    this.#tryAfter(this.#deps.startDelayMs ?? 0);
  }

  /** Tries at once, with the whole row of retries ahead. Does nothing when connected. */
  retryNow(): void {
    if (this.#isClosed || this.#status.state === "connected" || this.#status.state === "disconnected") return;
    this.#failures = 0;
    this.#isChecked = false;
    this.#become(this.#tryingState(), this.#status.reason);
    if (this.#timer) this.#tryAfter(0);
  }

  /** Resolves when no socket is left. With `silently` nobody is told: somebody else speaks for the bot from here on. */
  async close(reason?: Reason, silently = false): Promise<void> {
    this.#isClosed = true;
    this.#attempt = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopWaiting();
    this.#dropSocket();
    await this.#closing;
    if (!silently && this.#status.state !== "disconnected") this.#become("disconnected", reason);
  }

  async #try(): Promise<void> {
    const attempt = Symbol("attempt");
    this.#attempt = attempt;
    this.#stopWaiting();
    const isStale = () => this.#attempt !== attempt;
    this.#become(this.#status.state, this.#status.reason);
    try {
      // One socket at a time: a bot's events are split between its connections.
      await this.#closing;
      const credentials = await this.#loadCredentials();
      if (isStale()) return;
      const leave = onlyOnce(await this.#deps.enter(credentials.origin));
      if (isStale()) {
        leave();
        return;
      }
      // Who closes or gives up gives the turn back, too.
      this.#giveTurnBack = leave;
      this.#triedAt = this.#deps.outage?.tries(credentials.origin) ?? 0;
      if (!this.#isChecked) {
        this.#isChecked = true;
        const check = await this.#deps.checkCredentials(credentials, CHECK_LIMIT_MS);
        if (isStale()) return;
        if (!check.ok && check.kind === "credentials") {
          this.#refused(check.reason);
          return;
        }
      }
      this.#open(credentials, isStale);
    } catch (error) {
      if (isStale()) return;
      this.#deps.logger.warn({ err: error }, "connecting failed");
      this.#failed(reasonOf(error));
    }
  }

  async #loadCredentials(): Promise<BotCredentials> {
    const credentials = await this.#deps.loadCredentials();
    if (!credentials) throw new AppError("not_found", "notFound.bot");
    return credentials;
  }

  #open(credentials: BotCredentials, isStale: () => boolean): void {
    this.#socket = this.#deps.openSocket(credentials, {
      onOpen: () => {
        if (!isStale()) this.#opened(credentials.origin);
      },
      onLost: (loss) => {
        if (!isStale()) this.#lost(loss, credentials);
      },
    });
  }

  #dropSocket(): void {
    this.#giveTurnBack();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    this.#lastReceivedAt = socket.lastReceivedAt ?? this.#lastReceivedAt;
    this.#closing = Promise.all([this.#closing, socket.close()]).then(() => undefined);
  }

  #opened(origin: string): void {
    this.#giveTurnBack();
    this.#openedAt = performance.now();
    this.#wasConnected = true;
    this.#become("connected");
    this.#deps.outage?.isThrough(origin);
  }

  #lost(loss: Loss, credentials: BotCredentials): void {
    if (this.#status.state === "connected") {
      this.#triedAt = performance.now();
      if (this.#triedAt - this.#openedAt >= STABLE_MS) this.#failures = 0;
    }
    if (loss.kind === "credentials") this.#refused(loss.reason);
    else this.#failed(loss.reason);
    if (isOfCloud(loss)) this.#waitWithOthers(credentials.origin);
    if (loss.kind === "refused") void this.#askWhy(credentials);
  }

  // A refusal without a known cause follows the retry times; meanwhile Feishu is asked whether it is the credentials.
  async #askWhy(credentials: BotCredentials): Promise<void> {
    const timer = this.#timer;
    const check = await this.#deps.checkCredentials(credentials, CHECK_LIMIT_MS).catch((err: unknown) => {
      this.#deps.logger.warn({ err }, "checking the credentials failed");
    });
    if (!check || check.ok || check.kind !== "credentials" || this.#isClosed || this.#timer !== timer) return;
    this.#refused(check.reason);
  }

  #failed(reason: Reason): void {
    this.#attempt = undefined;
    this.#dropSocket();
    this.#failures += 1;
    const wait = RETRY_MS[this.#failures - 1];
    if (wait === undefined) {
      this.#rest(SLOW_RETRY_MS * (1 - JITTER * this.#random()), "error", reason);
    } else {
      this.#rest(wait * (1 - JITTER + 2 * JITTER * this.#random()), this.#tryingState(), reason);
    }
  }

  #waitWithOthers(origin: string): void {
    const isSlow = this.#failures > RETRY_MS.length;
    const waiter = { isSlow, wake: (delayMs: number) => this.#wake(delayMs) };
    this.#stopWaiting = this.#deps.outage?.waits(origin, waiter, this.#triedAt) ?? this.#stopWaiting;
  }

  // The count of failures stays: who is woken in vain goes on with its own row of waits.
  #wake(delayMs: number): void {
    const now = performance.now();
    const at = Math.max(now + delayMs, this.#wokenAt + WAKE_AGAIN_MS);
    if (!this.#timer || this.#dueAt - now <= SOON_MS || at >= this.#dueAt) return;
    this.#wokenAt = at;
    this.#rest(at - now, this.#status.state, this.#status.reason);
  }

  #refused(reason: Reason): void {
    this.#stopWaiting();
    this.#attempt = undefined;
    this.#dropSocket();
    this.#failures = 0;
    this.#isChecked = false;
    this.#rest(REFUSED_RETRY_MS, "error", reason);
  }

  #rest(waitMs: number, state: ConnectionState, reason?: Reason): void {
    this.#tryAfter(waitMs);
    this.#become(state, reason, new Date(Date.now() + waitMs));
  }

  #tryAfter(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#dueAt = performance.now() + waitMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#try();
    }, waitMs);
  }

  #tryingState(): ConnectionState {
    return this.#wasConnected ? "reconnecting" : "connecting";
  }

  /** The one place where the state is assigned. */
  #become(state: ConnectionState, reason?: Reason, nextRetryAt?: Date): void {
    const at = new Date();
    this.#status = {
      state,
      at,
      reconnectAttempt: state === "connected" || state === "disconnected" ? 0 : this.#failures,
      ...(reason && { reason }),
      ...(nextRetryAt && { nextRetryAt }),
      ...(state === "connected" && { connectedAt: at }),
    };
    this.#deps.onChange(this.#status);
  }
}

/** Whether others of the cloud share the trouble: a refusal or a limit is about this bot alone. */
function isOfCloud({ kind, reason }: Loss): boolean {
  return kind === "other" && reason.code !== "connection.limit";
}

function onlyOnce(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

function reasonOf(error: unknown): Reason {
  if (!(error instanceof AppError)) {
    const problem = error instanceof Error ? error.name : String(error);
    return { code: "connection.internal", params: { problem } };
  }
  const code = error.textKey === "sealBroken" ? "connection.credentialsUnreadable" : "connection.internal";
  return { code, params: { problem: error.message } };
}
