// What a process takes, as Linux tells it.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Linux counts in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** Resident memory in MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** The share of one core in the time to come, in per cent. */
export async function idleShareOf(pid: number, ms: number): Promise<number> {
  const [startedAt, usedBefore] = [performance.now(), usedMs(pid)];
  await pause(ms);
  return ((usedMs(pid) - usedBefore) / (performance.now() - startedAt)) * 100;
}

function usedMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets, with whatever it contains; user and system time are 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
