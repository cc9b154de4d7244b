// `npm run bench`: the same work for everybody in one run on one machine, so that the ratios mean something.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { expect, test } from "vitest";
import { startSandboxCloud } from "@/lib/sandbox/cloud";
import { type Contestant, contestants } from "@/tests/bench/contestants";
import { allReady, burst, memoryOf, recoveryTimes, replyTimes, spreadOf } from "@/tests/bench/measures";
import { registerTestApp } from "@/tests/support/cloud";

const BOTS = 20;
const REPLIES = 200;
const BURST = 1_000;
const IDLE_MS = 10_000;

const COLUMNS = [
  "memory MiB",
  "reply p50 ms",
  "reply p95 ms",
  "ack p99 ms",
  "replies/s",
  "back p50 s",
  "back p95 s",
] as const;
type Figures = Record<(typeof COLUMNS)[number], number>;

async function measure(contestant: Contestant): Promise<Figures> {
  const cloud = await startSandboxCloud({ settings: { rateLimits: false } });
  const apps = Array.from({ length: BOTS }, () => registerTestApp(cloud));
  const [first] = apps;
  const running = await contestant.start(cloud, apps);
  try {
    await allReady(cloud, apps);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const memory = memoryOf(running.pid);
    if (!first) throw new Error("There is no app to write to.");
    await replyTimes(cloud, first, 20); // warms up: the first answers compile code and fetch tokens
    const replies = spreadOf(await replyTimes(cloud, first, REPLIES));
    await burst(cloud, apps, BURST / 10);
    const { acks, perSecond } = await burst(cloud, apps, BURST);
    const back = spreadOf(await recoveryTimes(cloud, apps));
    return {
      "memory MiB": memory,
      "reply p50 ms": replies.p50,
      "reply p95 ms": replies.p95,
      "ack p99 ms": spreadOf(acks).p99,
      "replies/s": perSecond,
      "back p50 s": back.p50 / 1000,
      "back p95 s": back.p95 / 1000,
    };
  } finally {
    await running.stop();
    await cloud.stop();
  }
}

const cell = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

function table(rows: { name: string; figures: Figures }[]): string {
  const base = rows[0]?.figures;
  const shown = rows.map(({ name, figures }) => [
    name,
    ...COLUMNS.map((column) => `${cell(figures[column])} (${(figures[column] / (base?.[column] ?? 1)).toFixed(2)}×)`),
  ]);
  const lines = [["", ...COLUMNS], ["---", ...COLUMNS.map(() => "---:")], ...shown];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

test("bench", async () => {
  const rows: { name: string; figures: Figures }[] = [];
  for (const contestant of contestants) rows.push({ name: contestant.name, figures: await measure(contestant) });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.versions.node}`;
  const head = `${BOTS} bots; ${REPLIES} replies in turn; a burst of ${BURST}. ${machine}. × is the ratio to the first row.`;
  writeFileSync(process.env.BENCH_RESULT ?? "bench.md", `${head}\n\n${table(rows)}\n`);
  expect(rows).toHaveLength(contestants.length);
});
