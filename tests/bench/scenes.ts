// What each contestant goes through: work with a few bots, then rest and trouble with many.
import { setTimeout as pause } from "node:timers/promises";
import type { Contestant } from "@/tests/bench/contestants";
import { timesAfterDrop, timesAfterOutage } from "@/tests/bench/recovery";
import { idleShareOf, memoryOf } from "@/tests/bench/resources";
import type { Sizes } from "@/tests/bench/sizes";
import { burst, replyTimes } from "@/tests/bench/speed";
import { spreadOf } from "@/tests/bench/spread";
import { onStage } from "@/tests/bench/stage";

export type Speed = Record<"replyP50" | "replyP95" | "ackSmall" | "rateSmall" | "ackLarge" | "rateLarge", number>;
export type Rest = Record<
  "dropP50" | "dropP95" | "outageP50" | "outageP95" | "memoryFew" | "memoryMany" | "memoryPerBot" | "idle",
  number
>;
/** Tells what was done and how long it took. */
export type Step = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export function measureSpeed(contestant: Contestant, sizes: Sizes, step: Step): Promise<Speed> {
  return onStage(contestant, sizes.bots, async ({ cloud, apps }) => {
    const [first] = apps;
    if (!first) throw new Error("There is no app to write to.");
    await pause(sizes.settleMs / 2);
    const limitMs = sizes.replyLimitMs;
    // The first answers compile code and fetch tokens.
    await replyTimes(cloud, first, { count: 20, limitMs: limitMs / 3 });
    const replies = spreadOf(await step("replies", () => replyTimes(cloud, first, { count: sizes.replies, limitMs })));
    const [few, many] = sizes.bursts;
    await burst(cloud, apps, few / 10);
    const small = await step(`burst of ${few}`, () => burst(cloud, apps, few));
    const large = await step(`burst of ${many}`, () => burst(cloud, apps, many));
    return {
      replyP50: replies.p50,
      replyP95: replies.p95,
      ackSmall: spreadOf(small.acks).p99,
      rateSmall: small.perSecond,
      ackLarge: spreadOf(large.acks).p99,
      rateLarge: large.perSecond,
    };
  });
}

export function measureRest(contestant: Contestant, sizes: Sizes, step: Step): Promise<Rest> {
  const { settleMs, idleMs, outageMs, backLimitMs: limitMs } = sizes;
  return onStage(contestant, sizes.bots, async (stage) => {
    const { cloud, apps } = stage;
    // Both memories are those of a process that knew its bots when it started.
    await stage.restartWithMore(0);
    await pause(settleMs);
    const memoryFew = memoryOf(stage.pid);
    await step(`${sizes.moreBots} more bots`, () => stage.restartWithMore(sizes.moreBots));
    await pause(settleMs);
    const memoryMany = memoryOf(stage.pid);
    await pause(2 * settleMs); // the start is worked off only then
    const idle = await step("idle", () => idleShareOf(stage.pid, idleMs));
    const drop = spreadOf(await step("drop", () => timesAfterDrop(cloud, apps, limitMs)));
    await pause(settleMs);
    const outage = spreadOf(await step("outage", () => timesAfterOutage(cloud, apps, { outageMs, limitMs })));
    return {
      dropP50: drop.p50 / 1000,
      dropP95: drop.p95 / 1000,
      outageP50: outage.p50 / 1000,
      outageP95: outage.p95 / 1000,
      memoryFew,
      memoryMany,
      // What they need can fit into the room that a start leaves behind.
      memoryPerBot: Math.max(0, memoryMany - memoryFew) / sizes.moreBots,
      idle,
    };
  });
}
