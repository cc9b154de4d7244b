// A bot whose lease this process has, or is about to take over: its connection, and what of it is told to the database and the log.
import type { BotCredentials, ConnectionState } from "@/lib/bots/schemas";
import type { Admission } from "@/lib/connections/admission";
import { Connection, type ConnectionStatus } from "@/lib/connections/connection";
import type { Lease } from "@/lib/connections/leases";
import type { Outage } from "@/lib/connections/outage";
import type { StatusRecorder, Vitals } from "@/lib/connections/recorder";
import { describeReason, type Reason } from "@/lib/errors";
import type { checkCredentials } from "@/lib/feishu/credentials-check";
import type { openSocket } from "@/lib/feishu/socket";
import type { Logger } from "@/lib/logger";

export type HeldBotDeps = {
  instance: string;
  logger: Logger;
  recorder: StatusRecorder;
  admission: Admission;
  outage: Outage;
  loadCredentials(botId: string): Promise<BotCredentials | null>;
  onEvent(botId: string, envelope: unknown): Promise<unknown>;
  openSocket: typeof openSocket;
  checkCredentials: typeof checkCredentials;
  /** Resolves when this process may receive for the bot; rejects when another one holds it. */
  mayReceive(held: HeldBot): Promise<void>;
  /** The bot's connection is up, and its lease is this process's. */
  onConnected?(botId: string): void;
  /** The lease is another's still, and the connection is up. */
  onReadyToTakeOver?(): void;
};

export class HeldBot {
  readonly botId: string;
  /** Undefined while another process holds the lease: nothing is written then. */
  fence: number | undefined;
  credentialsVersion: number;
  /** Set while the bot is being let go. */
  releasing: Promise<void> | undefined;
  /** Another replica is asked to take it over. */
  isOffered = false;
  readonly #deps: HeldBotDeps;
  readonly #logger: Logger;
  readonly #before: Lease["before"];
  #connection: Connection;
  #isEnded = false;
  #notice: Reason | undefined;
  #recorded: { state: ConnectionState; reason: string | undefined; at: Date } | undefined;
  #wasUp: { since: Date; until: Date } | undefined;
  #lastEventAt: Date | undefined;
  #toldEventAt: Date | undefined;
  #toldHeartbeatAt: Date | undefined;

  constructor(
    { botId, fence, before }: Omit<Lease, "fence"> & { fence: number | undefined },
    credentialsVersion: number,
    deps: HeldBotDeps,
    startDelayMs = 0,
  ) {
    this.botId = botId;
    this.fence = fence;
    this.credentialsVersion = credentialsVersion;
    this.#deps = deps;
    this.#logger = deps.logger.child({ botId });
    this.#before = before;
    const resumes = before?.state === "connected" || before?.state === "reconnecting";
    this.#connection = this.#create({ resumes, startDelayMs });
  }

  get state(): ConnectionState {
    return this.#connection.status.state;
  }

  start(): void {
    const before = this.#before;
    if (before?.state === "connected" || before?.state === "connecting") this.#recordEndOf(before);
    this.#connection.start(before && before.state !== "disconnected" ? ownerGone(before.instance) : undefined);
  }

  /** The lease is this process's from now on: says how things stand. */
  becomeHolder(fence: number, from: string): void {
    this.fence = fence;
    const { status } = this.#connection;
    const reason = { code: "connection.handedOver", params: { instance: from } };
    this.#record(status.state === "connected" ? { ...status, reason, at: new Date() } : status);
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Closes the connection and makes one with the bot's new credentials. */
  rebuild(credentialsVersion: number): void {
    // Whoever decided this may have done so before the bot was let go.
    if (this.#isEnded) return;
    this.credentialsVersion = credentialsVersion;
    this.#connection = this.#create({ after: this.#connection.close(undefined, true) });
    this.#connection.start({ code: "connection.newCredentials" });
  }

  /** What is amiss with the bot though it is connected; undefined: nothing. */
  note(notice: Reason | undefined): void {
    if (JSON.stringify(notice) === JSON.stringify(this.#notice)) return;
    this.#notice = notice;
    const { status } = this.#connection;
    if (status.state === "connected") this.#record(status);
  }

  close(reason: Reason): Promise<void> {
    this.#isEnded = true;
    return this.#connection.close(reason);
  }

  /** Closes without a word: the lease is lost, and its new owner speaks for the bot. */
  abandon(): Promise<void> {
    this.#isEnded = true;
    return this.#connection.close(undefined, true);
  }

  /** What is new since the last call; undefined: nothing. */
  vitals(withHeartbeat: boolean): Vitals | undefined {
    if (this.fence === undefined) return undefined;
    const lastEventAt = this.#lastEventAt;
    const lastHeartbeatAt = this.#connection.lastReceivedAt;
    const hasHeartbeat = withHeartbeat && lastHeartbeatAt !== this.#toldHeartbeatAt;
    if (lastEventAt === this.#toldEventAt && !hasHeartbeat) return undefined;
    this.#toldEventAt = lastEventAt;
    this.#toldHeartbeatAt = lastHeartbeatAt;
    return { botId: this.botId, fence: this.fence, lastEventAt, lastHeartbeatAt };
  }

  #create(options: { resumes?: boolean; startDelayMs?: number; after?: Promise<void> }): Connection {
    const { botId } = this;
    const { loadCredentials, checkCredentials, admission, outage } = this.#deps;
    const connection: Connection = new Connection({
      ...options,
      logger: this.#logger,
      loadCredentials: () => loadCredentials(botId),
      checkCredentials,
      enter: (origin) => admission.enter(origin),
      outage,
      openSocket: (credentials, handlers) =>
        this.#deps.openSocket({
          ...handlers,
          credentials,
          logger: this.#logger,
          onEvent: async (envelope) => {
            await this.#deps.mayReceive(this);
            // By when the bot was connected the cursor of its chats knows of a gap: that is written first.
            await this.#deps.recorder.settled(botId);
            this.#lastEventAt = new Date();
            return this.#deps.onEvent(botId, envelope);
          },
        }),
      onChange: (status) => {
        if (this.#connection === connection) this.#record(status);
      },
    });
    return connection;
  }

  #record(status: ConnectionStatus): void {
    const { botId, fence } = this;
    if (fence === undefined) {
      if (status.state === "connected") this.#deps.onReadyToTakeOver?.();
      return;
    }
    const { state, reason } = status;
    const last = this.#recorded;
    if (last?.state === "connected" && state !== "connected") this.#wasUp = { since: last.at, until: status.at };
    const isChange = state !== last?.state || (state === "error" && reason?.code !== last.reason);
    this.#recorded = { state, reason: reason?.code, at: state === last?.state ? last.at : status.at };
    this.#deps.recorder.add({ botId, fence, instance: this.#deps.instance, status, notice: this.#notice, isChange });
    if (!isChange) return;
    const level = state === "error" ? "warn" : "info";
    this.#logger[level]({ state, ...(reason && { reason: describeReason(reason) }) }, "connection");
    if (state === "connected") this.#deps.onConnected?.(botId);
  }

  /** The process stood still from then until now: nothing was received meanwhile, whatever became of the socket. */
  stoodStill(from: Date): void {
    const { status } = this.#connection;
    const { botId, fence } = this;
    const { instance, recorder } = this.#deps;
    const isUp = status.state === "connected";
    // It may have been lost as the process woke.
    const { since = from, until = from } = isUp ? { since: status.at } : (this.#wasUp ?? {});
    if (fence === undefined || since >= from || until < from) return;
    const reason = { code: "connection.stoodStill", params: { instance } };
    const gap = { state: "reconnecting", at: from, reconnectAttempt: 0, reason } as const;
    recorder.add({ botId, fence, instance, status: gap, isChange: true });
    const now = isUp ? { ...status, at: new Date() } : status;
    recorder.add({ botId, fence, instance, status: now, notice: this.#notice, isChange: isUp });
  }

  // The history must not count the time in which the killed holder was away as connected.
  #recordEndOf({ instance, aliveAt }: NonNullable<Lease["before"]>): void {
    const at = new Date(Math.min(aliveAt?.getTime() ?? Date.now(), Date.now()));
    const status = { state: "reconnecting", at, reconnectAttempt: 0, reason: ownerGone(instance) } as const;
    const { botId, fence } = this;
    if (fence === undefined) return;
    this.#recorded = { state: "reconnecting", reason: undefined, at };
    this.#deps.recorder.add({ botId, fence, instance: instance ?? "", status, isChange: true });
  }
}

const ownerGone = (instance: string | null): Reason => ({
  code: "connection.ownerGone",
  params: { instance: instance ?? "" },
});
