// What can be made to go wrong on the sandbox page: each disturbance as the cloud's faults, and which of them still last.
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Fault } from "@/lib/sandbox/faults";
import type { RoomFault } from "@/lib/sandbox/room-shapes";

const TOO_MANY_CONNECTIONS = 1_000_040_350;
const FREQUENCY_LIMIT = 99_991_400;
const CARD_BUILD_FAILED = 200_220;
const LATE_MS = 2_000; // below the 3 s after which the cloud would push again
const SLOW_CALL_MS = 3_000;

type Script = {
  faults?: Fault[];
  /** What happens at once. */
  act?(cloud: SandboxCloud, appId: string): void;
};

const cut = (cloud: SandboxCloud, appId: string) => cloud.cut(appId, "close");
const SENDING = "*/im/v1/messages*";

const SCRIPTS: Partial<Record<RoomFault, Script>> = {
  drop: { act: (cloud, appId) => cloud.cut(appId, "reset") },
  silence: { act: (cloud, appId) => cloud.silence(appId, "half-open") },
  refuse: {
    faults: [
      {
        on: "handshake",
        as: "refuse",
        httpStatus: 503,
        handshakeStatus: "503",
        handshakeMsg: "service unavailable",
      },
    ],
    act: cut,
  },
  credentials: {
    faults: [{ on: "credentials" }],
    act: (cloud, appId) => {
      cloud.revokeTokens(appId);
      cut(cloud, appId);
    },
  },
  busy: { faults: [{ on: "endpoint", as: "refuse", code: 1, msg: "system busy" }], act: cut },
  limit: {
    faults: [
      {
        on: "endpoint",
        as: "refuse",
        code: TOO_MANY_CONNECTIONS,
        msg: "the number of connections exceeded the limit",
      },
    ],
    act: cut,
  },
  slow: { faults: [{ on: "push", as: "slow", delayMs: LATE_MS }] },
  loseAck: { faults: [{ on: "ack", as: "lost", times: 1 }] },
  slowApi: { faults: [{ on: "api", as: "slow", path: SENDING, delayMs: SLOW_CALL_MS }] },
  loseAnswer: { faults: [{ on: "api", as: "cut", when: "after", method: "POST", path: "*/reply", times: 1 }] },
  rateLimit: {
    faults: [
      {
        on: "api",
        as: "error",
        method: "POST",
        path: SENDING,
        httpStatus: 429,
        code: FREQUENCY_LIMIT,
        msg: "request trigger frequency limit",
        headers: { "x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": "2" },
        times: 2,
      },
    ],
  },
  apiDown: { faults: [{ on: "api", as: "error", path: "*", httpStatus: 503, code: 1, msg: "service unavailable" }] },
  cardRefusal: {
    faults: [
      {
        on: "api",
        as: "error",
        path: "*/cardkit/*",
        httpStatus: 400,
        code: CARD_BUILD_FAILED,
        msg: "card build failed",
      },
    ],
  },
  tokenExpiry: { act: (cloud, appId) => cloud.revokeTokens(appId) },
};

type Begun = { fault: RoomFault; at: number; ids: string[] };

export class RoomFaults {
  readonly #cloud: SandboxCloud;
  readonly #appId: string;
  #begun: Begun[] = [];

  constructor(cloud: SandboxCloud, appId: string) {
    this.#cloud = cloud;
    this.#appId = appId;
  }

  begin(fault: RoomFault): void {
    if (fault === "heal") {
      this.#endAll();
      return;
    }
    const script = SCRIPTS[fault];
    this.end(fault);
    const ids = (script?.faults ?? []).map((each) => this.#cloud.faults.add({ ...each, appId: this.#appId }).id);
    script?.act?.(this.#cloud, this.#appId);
    if (ids.length > 0 || fault === "silence") this.#begun.push({ fault, at: Date.now(), ids });
  }

  end(fault: RoomFault): void {
    if (fault === "silence") this.#cloud.silence(this.#appId, undefined);
    for (const begun of this.#begun) {
      if (begun.fault === fault) for (const id of begun.ids) this.#cloud.faults.remove(id);
    }
    this.#begun = this.#begun.filter((begun) => begun.fault !== fault);
  }

  /** Those that still last; what has happened as often as it should is over by itself. */
  list(): { fault: RoomFault; at: number; hits: number }[] {
    const active = new Map(this.#cloud.faults.list().map(({ id, hits }) => [id, hits]));
    const isSilent = this.#cloud.connections(this.#appId).some(({ silence }) => silence !== undefined);
    this.#begun = this.#begun.filter(({ fault, ids }) =>
      fault === "silence" ? isSilent : ids.some((id) => active.has(id)),
    );
    return this.#begun.map(({ fault, at, ids }) => {
      const hits = ids.reduce((sum, id) => sum + (active.get(id) ?? 0), 0);
      return { fault, at, hits };
    });
  }

  #endAll(): void {
    this.#begun = [];
    this.#cloud.faults.clear(this.#appId);
    this.#cloud.silence(this.#appId, undefined);
  }
}
