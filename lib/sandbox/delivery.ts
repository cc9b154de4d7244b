// Sees to it that every event is acknowledged: pushes it, waits, pushes it again up the ladder, keeps it while nobody is online.
import type { EventEnvelope } from "@/lib/sandbox/events";
import { randomId } from "@/lib/sandbox/ids";
import type { SandboxLimits, SandboxSettings } from "@/lib/sandbox/settings";

export interface Attempt {
  at: number;
  connectionId?: string;
  webhook?: string;
  ackedAt?: number;
  /** 200 acknowledges; anything else, or a late one, makes the event come again. */
  ackCode?: number;
}

export interface Delivery {
  readonly eventId: string;
  readonly eventType: string;
  readonly attempts: readonly Attempt[];
  readonly acknowledged: boolean;
  /** "waiting" for a connection, "pushed", "scheduled" for a further push, "done", "given-up". */
  readonly state: "waiting" | "pushed" | "scheduled" | "done" | "given-up";
}

/** What came back: `data` is what the receiver's handler returned. */
export interface Acknowledgement {
  code: number;
  data?: unknown;
}

export interface Push {
  frameId: string;
  payload: Buffer;
  /** Connections that have had it. */
  tried: readonly string[];
}

/** Sends a push on its way; `undefined` when nobody is online. The answer comes through `acknowledge`. */
export type Carrier = (appId: string, push: Push) => { connectionId: string } | { webhook: string } | undefined;

interface Entry {
  eventId: string;
  eventType: string;
  appId: string;
  payload: Buffer;
  attempts: (Attempt & { frameId: string })[];
  state: Delivery["state"];
  rung: number;
  timer?: NodeJS.Timeout | undefined;
  /** Callbacks are answered once or not at all: their waiting sender is told here. */
  answer?: ((acknowledgement: Acknowledgement | undefined) => void) | undefined;
}

interface Outbox {
  entries: Map<string, Entry>;
  /** Ids of settled entries, oldest first. */
  settled: string[];
}

export interface DeliveryHooks {
  carry: Carrier;
  onPush(appId: string, eventId: string, attempt: Attempt): void;
  onAck(appId: string, eventId: string, attempt: Attempt, late: boolean): void;
}

// Each attempt is remembered; by hand an event can be pushed without end.
const ATTEMPTS_KEPT = 50;

export class DeliveryLedger {
  readonly #outboxes = new Map<string, Outbox>();
  readonly #byFrame = new Map<string, Entry>();
  readonly #settings: SandboxSettings;
  readonly #limits: SandboxLimits;
  readonly #hooks: DeliveryHooks;
  #isStopped = false;

  constructor(settings: SandboxSettings, limits: SandboxLimits, hooks: DeliveryHooks) {
    this.#settings = settings;
    this.#limits = limits;
    this.#hooks = hooks;
  }

  /** An event id that is known already is pushed once more, with the body given here. */
  submit(appId: string, envelope: EventEnvelope): void {
    this.#attempt(this.#enter(appId, envelope));
  }

  /** A callback is pushed once; resolves with its answer, or with nothing when none came in time. */
  call(appId: string, envelope: EventEnvelope): Promise<Acknowledgement | undefined> {
    return new Promise((resolve) => {
      const entry = this.#enter(appId, envelope);
      entry.answer = resolve;
      this.#attempt(entry);
      if (entry.state === "waiting") this.#settle(entry, "given-up");
    });
  }

  repush(appId: string, eventId: string): void {
    const entry = this.#outboxes.get(appId)?.entries.get(eventId);
    if (!entry) throw new Error(`No event ${eventId} of ${appId} is remembered.`);
    this.#attempt(entry);
  }

  /** Somebody is online: what waited for that goes out, oldest first. */
  flush(appId: string): void {
    for (const entry of this.#outboxes.get(appId)?.entries.values() ?? []) {
      if (entry.state === "waiting") this.#attempt(entry);
    }
  }

  acknowledge(frameId: string, acknowledgement: Acknowledgement): void {
    const entry = this.#byFrame.get(frameId);
    const attempt = entry?.attempts.find((candidate) => candidate.frameId === frameId);
    if (!entry || !attempt || attempt.ackedAt !== undefined) return;
    attempt.ackedAt = Date.now();
    attempt.ackCode = acknowledgement.code;
    const late = entry.state !== "pushed" || entry.attempts.at(-1) !== attempt;
    this.#hooks.onAck(entry.appId, entry.eventId, attempt, late);
    if (late) return;
    if (entry.answer) {
      entry.answer(acknowledgement);
      entry.answer = undefined;
      this.#settle(entry, acknowledgement.code === 200 ? "done" : "given-up");
    } else if (acknowledgement.code === 200) this.#settle(entry, "done");
    else this.#climb(entry);
  }

  list(appId: string): Delivery[] {
    const entries = this.#outboxes.get(appId)?.entries.values() ?? [];
    return [...entries].map(({ eventId, eventType, attempts, state }) => ({
      eventId,
      eventType,
      attempts: attempts.map(({ frameId: _, ...attempt }) => attempt),
      acknowledged: state === "done",
      state,
    }));
  }

  forgetApp(appId: string): void {
    const outbox = this.#outboxes.get(appId);
    this.#outboxes.delete(appId);
    for (const entry of outbox?.entries.values() ?? []) this.#drop(entry);
  }

  stop(): void {
    this.#isStopped = true;
    for (const appId of [...this.#outboxes.keys()]) this.forgetApp(appId);
  }

  #enter(appId: string, envelope: EventEnvelope): Entry {
    const outbox = this.#outboxes.get(appId) ?? { entries: new Map(), settled: [] };
    this.#outboxes.set(appId, outbox);
    const { event_id: eventId, event_type: eventType } = envelope.header;
    const payload = Buffer.from(JSON.stringify(envelope));
    const known = outbox.entries.get(eventId);
    if (known) {
      known.payload = payload;
      return known;
    }
    const entry: Entry = { eventId, eventType, appId, payload, attempts: [], state: "waiting", rung: 0 };
    outbox.entries.set(eventId, entry);
    this.#makeRoom(outbox);
    return entry;
  }

  #makeRoom(outbox: Outbox): void {
    const { deliveries, pendingDeliveries } = this.#limits;
    while (outbox.settled.length > deliveries) this.#forget(outbox, outbox.settled.shift());
    if (outbox.entries.size - outbox.settled.length <= pendingDeliveries) return;
    for (const entry of outbox.entries.values()) {
      if (entry.state === "done" || entry.state === "given-up") continue;
      this.#forget(outbox, entry.eventId);
      return;
    }
  }

  #forget(outbox: Outbox, eventId: string | undefined): void {
    const entry = eventId === undefined ? undefined : outbox.entries.get(eventId);
    if (!entry) return;
    outbox.entries.delete(entry.eventId);
    this.#drop(entry);
  }

  #drop(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.answer?.(undefined);
    for (const { frameId } of entry.attempts) this.#byFrame.delete(frameId);
  }

  #attempt(entry: Entry): void {
    clearTimeout(entry.timer);
    if (this.#isStopped) return;
    this.#unsettle(entry);
    const frameId = randomId();
    const tried = entry.attempts.flatMap(({ connectionId }) => connectionId ?? []);
    const attempt: Entry["attempts"][number] = { at: Date.now(), frameId };
    // Entered before it is carried: a receiver in the same process may answer at once.
    this.#byFrame.set(frameId, entry);
    entry.attempts.push(attempt);
    entry.state = "pushed";
    const carried = this.#hooks.carry(entry.appId, { frameId, payload: entry.payload, tried });
    if (!carried) {
      entry.attempts.pop();
      this.#byFrame.delete(frameId);
      if (this.#settings.whenOffline === "keep") entry.state = "waiting";
      else this.#settle(entry, "given-up");
      return;
    }
    Object.assign(attempt, carried);
    if (entry.attempts.length > ATTEMPTS_KEPT) this.#byFrame.delete(entry.attempts.shift()?.frameId ?? "");
    this.#hooks.onPush(entry.appId, entry.eventId, attempt);
    entry.timer = setTimeout(() => this.#missed(entry), this.#settings.ackTimeoutMs);
  }

  #missed(entry: Entry): void {
    if (entry.answer) this.#settle(entry, "given-up");
    else this.#climb(entry);
  }

  #climb(entry: Entry): void {
    clearTimeout(entry.timer);
    const waitMs = this.#settings.ladderMs[entry.rung];
    entry.rung += 1;
    if (waitMs === undefined) {
      this.#settle(entry, "given-up");
      return;
    }
    entry.state = "scheduled";
    entry.timer = setTimeout(() => this.#attempt(entry), waitMs);
  }

  #settle(entry: Entry, state: "done" | "given-up"): void {
    clearTimeout(entry.timer);
    entry.state = state;
    entry.answer?.(undefined);
    entry.answer = undefined;
    this.#outboxes.get(entry.appId)?.settled.push(entry.eventId);
  }

  /** A settled event that goes out again counts as pending. */
  #unsettle(entry: Entry): void {
    if (entry.state !== "done" && entry.state !== "given-up") return;
    const settled = this.#outboxes.get(entry.appId)?.settled;
    const index = settled?.indexOf(entry.eventId) ?? -1;
    if (index >= 0) settled?.splice(index, 1);
  }
}
