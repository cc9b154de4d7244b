// The faults that a test or a person scripts: what goes wrong, for which app, how many times.
import { z } from "zod";
import { randomId } from "@/lib/sandbox/ids";

const scope = {
  /** Without it the fault is for every app. */
  appId: z.string().optional(),
  /** Without it the fault stays until it is removed. */
  times: z.number().int().positive().optional(),
};

/** What stands in `data` of a refusal: clients differ in what they survive. */
const refusalData = z.enum(["none", "empty", "null"]);

/** The endpoint discovery. "refuse" needs `code`, "http-error" needs `httpStatus`. */
const endpointFault = z.strictObject({
  ...scope,
  on: z.literal("endpoint"),
  as: z.enum(["refuse", "http-error", "hang", "nan-config", "service-id-first", "no-client-config"]),
  code: z.number().int().optional(),
  msg: z.string().optional(),
  data: refusalData.optional(),
  httpStatus: z.number().int().min(400).max(599).optional(),
});

/** The opening of the WebSocket. "refuse" answers `httpStatus` (403) with Handshake-* headers. */
const handshakeFault = z.strictObject({
  ...scope,
  on: z.literal("handshake"),
  as: z.enum(["refuse", "hang", "push-with-101"]),
  httpStatus: z.number().int().min(400).max(599).optional(),
  handshakeStatus: z.string().optional(),
  handshakeMsg: z.string().optional(),
  handshakeAutherrcode: z.string().optional(),
});

/** Connections that open while it lasts are silent from the start. */
const silenceFault = z.strictObject({
  ...scope,
  on: z.literal("connection"),
  as: z.enum(["half-open", "deaf", "mute"]),
});

const pongFault = z.strictObject({
  ...scope,
  on: z.literal("pong"),
  as: z.enum(["no-payload", "empty-object", "none"]),
});

/** The client acknowledges, and the cloud does not hear it. */
const ackFault = z.strictObject({ ...scope, on: z.literal("ack"), as: z.literal("lost") });

/** How event frames are sent. Indexes in `lose` and `duplicate` count fragments from 0. */
const pushFault = z.strictObject({
  ...scope,
  on: z.literal("push"),
  as: z.enum(["fragments", "slow", "card-frame", "lost"]),
  parts: z.number().int().min(2).max(1000).optional(),
  lose: z.array(z.number().int().min(0)).optional(),
  duplicate: z.array(z.number().int().min(0)).optional(),
  order: z.enum(["as-is", "reversed", "shuffled"]).optional(),
  delayMs: z.number().min(0).optional(),
});

/**
 * The OpenAPI. `path` is matched whole, `*` standing for anything ("*\/messages/*\/reply"). `when: "after"` lets the
 * call be carried out and only spoils the answer; "cut" ends the TCP connection without one.
 */
const apiFault = z.strictObject({
  ...scope,
  on: z.literal("api"),
  as: z.enum(["error", "hang", "slow", "cut"]),
  method: z.string().optional(),
  path: z.string(),
  when: z.enum(["before", "after"]).optional(),
  httpStatus: z.number().int().min(200).max(599).optional(),
  code: z.number().int().optional(),
  msg: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.number().min(0).optional(),
});

/** Refuses right credentials: `code` at the token call (10014), `endpointCode` at the endpoint (514). */
const credentialsFault = z.strictObject({
  ...scope,
  on: z.literal("credentials"),
  code: z.number().int().optional(),
  endpointCode: z.number().int().optional(),
  data: refusalData.optional(),
});

export const faultSchema = z.discriminatedUnion("on", [
  endpointFault,
  handshakeFault,
  silenceFault,
  pongFault,
  ackFault,
  pushFault,
  apiFault,
  credentialsFault,
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultPlace = Fault["on"];
export type FaultOn<Place extends FaultPlace> = Extract<Fault, { on: Place }>;

export interface ActiveFault {
  id: string;
  fault: Fault;
  /** How often it has happened. */
  hits: number;
}

export class Faults {
  readonly #active = new Map<string, ActiveFault>();

  /** Throws a ZodError when the fault makes no sense. */
  add(fault: Fault): { id: string; remove(): void } {
    const id = randomId("fault_");
    this.#active.set(id, { id, fault: faultSchema.parse(fault), hits: 0 });
    return { id, remove: () => void this.remove(id) };
  }

  remove(id: string): boolean {
    return this.#active.delete(id);
  }

  /** Without an app id all faults end. */
  clear(appId?: string): void {
    for (const { id, fault } of this.#active.values()) {
      if (appId === undefined || fault.appId === appId) this.#active.delete(id);
    }
  }

  list(): ActiveFault[] {
    return [...this.#active.values()].map((active) => ({ ...active }));
  }

  /** The oldest fault that applies here; taking it counts it. */
  take<Place extends FaultPlace>(
    place: Place,
    appId: string | undefined,
    applies: (fault: FaultOn<Place>) => boolean = () => true,
  ): FaultOn<Place> | undefined {
    for (const active of this.#active.values()) {
      if (active.fault.on !== place) continue;
      const fault = active.fault as FaultOn<Place>;
      if (fault.appId !== undefined && fault.appId !== appId) continue;
      if (!applies(fault)) continue;
      active.hits += 1;
      if (fault.times !== undefined && active.hits >= fault.times) this.#active.delete(active.id);
      return fault;
    }
    return undefined;
  }
}
