// What goes wrong: each trouble happens to the simulated cloud, or to Larkspur itself, and passes.
import { setTimeout as pause } from "node:timers/promises";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Silence } from "@/lib/sandbox/connection";
import type { Fault } from "@/lib/sandbox/faults";
import type { Life } from "@/tests/soak/life";
import type { Random } from "@/tests/soak/random";

export type Scene = { cloud: SandboxCloud; apps: SandboxApp[]; life: Life; random: Random };

type Trouble = (scene: Scene) => void | Promise<void>;

const CUTS = ["close", "reset", "fin"] as const;
const REPLY = "*/im/v1/messages/*/reply";

const cutOne: Trouble = ({ cloud, apps, random }) => cloud.cut(random.pick(apps).appId, random.pick(CUTS));

const cutAll: Trouble = ({ cloud, apps, random }) => {
  const how = random.pick(CUTS);
  for (const { appId } of apps) cloud.cut(appId, how);
};

/** The fault lasts for a while, and everybody has to come back through it. */
const outage =
  (fault: Fault): Trouble =>
  async (scene) => {
    const { remove } = scene.cloud.faults.add(fault);
    cutAll(scene);
    await pause(scene.random.between(1_000, 6_000));
    remove();
  };

const failingReplies =
  (fault: Omit<Extract<Fault, { on: "api" }>, "on" | "path" | "times">): Trouble =>
  ({ cloud, random }) => {
    cloud.faults.add({ on: "api", path: REPLY, times: 1 + random.below(3), ...fault });
  };

const repeat: Trouble = ({ cloud, apps, random }) => {
  for (const { appId } of apps) {
    const known = cloud.deliveries(appId);
    if (known.length > 0) cloud.repush(appId, random.pick(known.slice(-50)).eventId);
  }
};

const silence =
  (how: Silence): Trouble =>
  ({ cloud, apps, random }) =>
    cloud.silence(random.pick(apps).appId, how);

const databaseAway: Trouble = async ({ life: { database }, random }) => {
  database?.cut();
  await pause(random.between(500, 8_000));
  database?.mend();
};

const ODD_FRAMES = ["broken", "text", "card", "bad-fragment"] as const;

const TROUBLES: Record<string, Trouble> = {
  "one bot's socket cut": cutOne,
  "all sockets cut": cutAll,
  "half-open": silence("half-open"),
  deaf: silence("deaf"),
  mute: silence("mute"),
  "odd frames": ({ cloud, apps, random }) => {
    for (const { appId } of apps) cloud.sendOddFrame(appId, random.pick(ODD_FRAMES));
  },
  "pongs without settings": ({ cloud, random }) => {
    cloud.faults.add({ on: "pong", as: random.pick(["no-payload", "empty-object"]), times: 1 + random.below(5) });
  },
  "endpoint 503": outage({ on: "endpoint", as: "http-error", httpStatus: 503 }),
  "endpoint busy": outage({ on: "endpoint", as: "refuse", code: 1, msg: "system busy" }),
  "endpoint silent": outage({ on: "endpoint", as: "hang" }),
  "endpoint with broken settings": outage({ on: "endpoint", as: "nan-config" }),
  "handshake refused": outage({ on: "handshake", as: "refuse", httpStatus: 503 }),
  "handshake silent": outage({ on: "handshake", as: "hang" }),
  "replies 429": failingReplies({
    as: "error",
    httpStatus: 429,
    code: 99991400,
    headers: { "x-ogw-ratelimit-reset": "1" },
  }),
  "replies 500": failingReplies({ as: "error", httpStatus: 500, code: 1 }),
  "replies 500 after being sent": failingReplies({ as: "error", httpStatus: 500, code: 1, when: "after" }),
  "replies cut after being sent": failingReplies({ as: "cut", when: "after" }),
  "replies slow": failingReplies({ as: "slow", delayMs: 2_000 }),
  "pushes in pieces": ({ cloud, random }) => {
    cloud.faults.add({ on: "push", as: "fragments", parts: 3, order: "shuffled", times: 1 + random.below(20) });
  },
  "pushes lost": ({ cloud, random }) => {
    cloud.faults.add({ on: "push", as: "lost", times: 1 + random.below(5) });
  },
  "events pushed again": repeat,
  restart: async ({ life }) => {
    await life.stop();
    await life.start();
  },
};

/** Which of them this life can meet. */
export const troublesOf = ({ database }: Life): Record<string, Trouble> =>
  database ? { ...TROUBLES, "database away": databaseAway } : TROUBLES;
