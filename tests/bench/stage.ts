// One contestant at work on a simulated cloud of its own.
import type { SandboxApp } from "@/lib/sandbox/apps";
import { type SandboxCloud, startSandboxCloud } from "@/lib/sandbox/cloud";
import type { Contestant, Running } from "@/tests/bench/contestants";
import { allConnected } from "@/tests/bench/recovery";
import type { Api } from "@/tests/support/api";
import { registerTestApp } from "@/tests/support/cloud";

// The bare SDK acknowledges late in a burst, and would be made to answer twice; what it refuses in the crush it gets again at
// once instead of after Feishu's 15 s. Both are to its advantage.
const SETTINGS = { rateLimits: false, ackTimeoutMs: 600_000, ladderMs: Array<number>(30).fill(1_000) };

export type Stage = {
  cloud: SandboxCloud;
  /** All that the contestant answers; grows. */
  apps: SandboxApp[];
  readonly pid: number;
  /** Of a Larkspur. */
  readonly api: Api | undefined;
  /** A fresh process that answers so many more apps, once all of them are connected. */
  restartWithMore(count: number): Promise<void>;
};

/** Fails as soon as the contestant's process ends by itself; nothing is left running. */
export async function onStage<T>(contestant: Contestant, bots: number, play: (stage: Stage) => Promise<T>): Promise<T> {
  const cloud = await startSandboxCloud({ settings: SETTINGS });
  const register = (count: number) => Array.from({ length: count }, () => registerTestApp(cloud));
  const apps = register(bots);
  let running: Running | undefined;
  let fail = (_: Error) => {};
  const died = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const enter = async (process: Running) => {
    running = process;
    process.exited.then(() => process === running && fail(new Error("its process ended")));
    await allConnected(cloud, apps);
  };
  const stage: Stage = {
    cloud,
    apps,
    get pid() {
      return running?.pid ?? 0;
    },
    get api() {
      return running?.api;
    },
    async restartWithMore(count) {
      const more = register(count);
      apps.push(...more);
      const before = running;
      running = undefined; // its end is wanted now
      const next = await before?.restartWith(more).catch((error: unknown) => {
        running = before;
        throw error;
      });
      if (next) await enter(next);
    },
  };
  const whole = async () => {
    await enter(await contestant.start(cloud, apps));
    return play(stage);
  };
  try {
    return await Promise.race([whole(), died]);
  } finally {
    const last = running;
    running = undefined;
    await last?.stop();
    await cloud.stop();
  }
}
