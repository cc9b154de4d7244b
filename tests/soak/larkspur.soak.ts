// `npm run soak`: people write, things go wrong at random; when all is quiet again nothing may be lost, doubled or left behind.
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { type SandboxCloud, startSandboxCloud } from "@/lib/sandbox/cloud";
import { answeredOnce, connectionsOff, inOrder, sourcesOf, unfinishedEvents, unsettled } from "@/tests/soak/checks";
import { type Watch, watchResources } from "@/tests/soak/leaks";
import { addBots, type Life, prepareLife } from "@/tests/soak/life";
import { type Ledger, openLedger } from "@/tests/soak/load";
import { CLOUD_LIMITS, heapAfterGc, heapGrowth, mebibytes } from "@/tests/soak/memory";
import { type Random, randomOf } from "@/tests/soak/random";
import { troublesOf } from "@/tests/soak/trouble";
import { registerTestApp } from "@/tests/support/cloud";
import { waitFor } from "@/tests/support/wait-for";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 2);
const SEED = Number(process.env.SOAK_SEED ?? 1);
const BOTS = Number(process.env.SOAK_BOTS ?? 10);
const QUIET_LIMIT_MS = 240_000; // a retry may wait for 125 s, a half-open socket is seen after 45 s
const LEFT_LIMIT_MS = 30_000; // limits of up to 20 s end by themselves
const REPUSH_MS = 1_000;
const LOAD_PAUSE_MS = [5, 100] as const;
const TROUBLE_PAUSE_MS = [300, 2_000] as const;

type Soak = {
  cloud: SandboxCloud;
  apps: SandboxApp[];
  life: Life;
  ledger: Ledger;
  beganAt: number;
  /** What went wrong when, as it was dealt. */
  diary: { name: string; at: number }[];
};

async function write({ ledger }: Soak, random: Random, until: number): Promise<void> {
  while (Date.now() < until) {
    ledger.sayOne(random);
    await pause(random.between(...LOAD_PAUSE_MS));
  }
}

async function makeTrouble(soak: Soak, random: Random, until: number): Promise<void> {
  const troubles = troublesOf(soak.life);
  // Each once before any comes twice, so that a short run sees most of them.
  let left: string[] = [];
  while (Date.now() < until) {
    if (left.length === 0) left = Object.keys(troubles);
    const name = random.pick(left);
    left = left.filter((other) => other !== name);
    soak.diary.push({ name, at: Date.now() });
    await troubles[name]?.({ ...soak, random });
    await pause(random.between(...TROUBLE_PAUSE_MS));
  }
}

/** A half-open socket that Larkspur has replaced: the cloud would keep it for minutes. */
function forgetReplaced({ cloud, apps }: Soak): void {
  for (const { appId } of apps) {
    const connections = cloud.connections(appId);
    if (connections.every(({ silence }) => silence)) continue;
    for (const { id, silence } of connections) if (silence) cloud.silence(appId, undefined, id);
  }
}

/** Returns what is still moving when it should long be still. */
async function untilQuiet(soak: Soak): Promise<string[]> {
  const { cloud, apps, life, ledger } = soak;
  cloud.faults.clear();
  let stirring = "";
  const isQuiet = async () => {
    forgetReplaced(soak);
    const missing = [...ledger.said.keys()].filter((id) => !ledger.answers.has(id)).length;
    const unfinished = await unfinishedEvents(life.runtime.db);
    const pushes = unsettled(cloud, apps).length;
    const off = connectionsOff(cloud, apps, 1).length;
    stirring = `${missing} messages without an answer, ${unfinished} events unfinished, ${pushes} pushes not acknowledged, ${off} bots without exactly one connection`;
    await pause(200);
    return missing + unfinished + pushes + off === 0;
  };
  return waitFor(isQuiet, "quiet", QUIET_LIMIT_MS).then(
    () => [],
    () => [`not quiet after ${QUIET_LIMIT_MS / 1000} s: ${stirring}`],
  );
}

async function begin(cloud: SandboxCloud, life: Life): Promise<Soak> {
  cloud.settings.ackTimeoutMs = REPUSH_MS;
  cloud.settings.ladderMs = Array.from({ length: 10_000 }, () => REPUSH_MS);
  const apps = Array.from({ length: BOTS }, () => registerTestApp(cloud));
  await life.start();
  await addBots(life.runtime, apps, cloud.origin);
  await waitFor(() => connectionsOff(cloud, apps, 1).length === 0, "every bot to be connected", 60_000);
  return { cloud, apps, life, ledger: openLedger(cloud, apps), beganAt: Date.now(), diary: [] };
}

/** Larkspur first: the end of the cloud would take the sockets with it that Larkspur forgot. */
async function stopAll({ cloud, apps, life }: Soak, watch: Watch): Promise<string[]> {
  const isEmpty = async (what: () => string[], limitMs: number) => {
    await waitFor(() => what().length === 0, "nothing to be left", limitMs).catch(() => undefined);
    return what();
  };
  await life.stop();
  const violations = await isEmpty(() => connectionsOff(cloud, apps, 0), 5_000);
  violations.push(...(await isEmpty(watch.leftOfLarkspur, LEFT_LIMIT_MS)));
  await cloud.stop();
  if (violations.length === 0) violations.push(...(await isEmpty(watch.left, LEFT_LIMIT_MS)));
  return violations;
}

async function run(): Promise<{ summary: string[]; violations: string[] }> {
  const life = await prepareLife(process.env.SOAK_SERVER ?? "");
  const watch = watchResources();
  const cloud = await startSandboxCloud({ limits: CLOUD_LIMITS });
  const soak = await begin(cloud, life);
  const { ledger } = soak;
  const until = Date.now() + MINUTES * 60_000;
  // One stream of random numbers each: how long a trouble takes must not change what is written.
  const loading = write(soak, randomOf(SEED), until);
  await pause(MINUTES * 15_000);
  const warm = { heap: await heapAfterGc(), messages: ledger.said.size };
  await makeTrouble(soak, randomOf(SEED + 1), until);
  await loading;
  const violations = await untilQuiet(soak);
  const end = { heap: await heapAfterGc(), messages: ledger.said.size };
  violations.push(...heapGrowth(warm, end, BOTS), ...answeredOnce(ledger), ...(await inOrder(life.runtime.db, ledger)));
  const kind = life.runtime.databaseKind;
  const sources = await sourcesOf(life.runtime.db);
  violations.push(...(await stopAll(soak, watch)));
  watch.end();
  await life.forget();
  const memory = `heap ${mebibytes(warm.heap)} warm, ${mebibytes(end.heap)} at the end`;
  const head = `seed ${SEED}, ${kind}: ${BOTS} bots, ${ledger.said.size} messages (${warm.messages} when warm), ${memory}`;
  return { summary: [head, sources, ...dealt(soak), ...(violations.length > 0 ? diaryOf(soak) : [])], violations };
}

function dealt({ diary }: Soak): string[] {
  const counts = new Map<string, number>();
  for (const { name } of diary) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `  ${count} × ${name}`);
}

const diaryOf = ({ diary, beganAt }: Soak) =>
  diary.map(({ name, at }) => `  after ${((at - beganAt) / 1000).toFixed(1)} s: ${name}`);

test("soak", async () => {
  const strays: string[] = [];
  const stray = (reason: unknown) => strays.push(`nobody caught: ${reason instanceof Error ? reason.stack : reason}`);
  process.on("unhandledRejection", stray);
  const { summary, violations } = await run().finally(() => process.off("unhandledRejection", stray));
  violations.push(...strays);
  const verdict = violations.length === 0 ? ["Nothing was lost, doubled, out of order or left behind."] : violations;
  writeFileSync(process.env.SOAK_RESULT ?? "soak.txt", `${[...summary, ...verdict].join("\n")}\n`);
  expect(violations).toEqual([]);
});
