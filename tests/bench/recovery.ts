// How long until bots are connected again, seen from the simulated cloud.
import { setTimeout as pause } from "node:timers/promises";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Fault } from "@/lib/sandbox/faults";
import { waitFor } from "@/tests/support/wait-for";

const START_LIMIT_MS = 120_000;

export async function allConnected(cloud: SandboxCloud, apps: SandboxApp[]): Promise<void> {
  const connected = () => apps.filter(({ appId }) => cloud.connections(appId).some(({ ready }) => ready)).length;
  const standing = () => `${apps.length} bots to be connected (${connected()} are)`;
  await waitFor(() => connected() === apps.length, standing, START_LIMIT_MS);
}

/** Every socket is cut, the cloud is there: the time until each bot is connected again, in ms. */
export function timesAfterDrop(cloud: SandboxCloud, apps: SandboxApp[], limitMs: number): Promise<number[]> {
  const times = timesUntilBack(cloud, apps, limitMs);
  cutAll(cloud, apps);
  return times;
}

// Code 1 ("system busy") would end the SDK's own attempts for ever; HTTP 503 it survives.
const AWAY: Fault[] = [
  { on: "endpoint", as: "http-error", httpStatus: 503 },
  { on: "handshake", as: "refuse", httpStatus: 503 },
  { on: "api", as: "error", path: "*", httpStatus: 503 },
];

/** The cloud is away for a while: the time from its return until each bot is connected again, in ms. */
export async function timesAfterOutage(
  cloud: SandboxCloud,
  apps: SandboxApp[],
  { outageMs, limitMs }: { outageMs: number; limitMs: number },
): Promise<number[]> {
  const faults = AWAY.map((fault) => cloud.faults.add(fault));
  cutAll(cloud, apps);
  await pause(outageMs);
  for (const { remove } of faults) remove();
  return timesUntilBack(cloud, apps, limitMs);
}

function cutAll(cloud: SandboxCloud, apps: SandboxApp[]): void {
  for (const { appId } of apps) cloud.cut(appId, "reset");
}

/** From now on; Infinity for each that is not back within the limit. */
async function timesUntilBack(cloud: SandboxCloud, apps: SandboxApp[], limitMs: number): Promise<number[]> {
  const startedAt = performance.now();
  const missing = new Set(apps.map(({ appId }) => appId));
  const times: number[] = [];
  const end = cloud.on("connection", ({ appId, state }) => {
    if (state === "ready" && missing.delete(appId)) times.push(performance.now() - startedAt);
  });
  while (missing.size > 0 && performance.now() - startedAt < limitMs) await pause(10);
  end();
  return [...times, ...Array.from(missing, () => Number.POSITIVE_INFINITY)];
}
