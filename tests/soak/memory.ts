// Whether the heap grew by more than what this process has to remember: the cloud and the ledger keep every message.
import { setTimeout as pause } from "node:timers/promises";

/** What the cloud keeps, and no more: a soak of hours would otherwise fill the heap with the past. */
export const CLOUD_LIMITS = { messagesPerChat: 2_000, deliveries: 2_000, calls: 100 };

const CLOUD_BYTES = 5 * 1024; // a message with its answer, its event and its pushes
const LEDGER_BYTES = 1024;
const SPREAD_BYTES = 8 * 1024 * 1024; // caches that fill, code that is compiled

export type Heap = { heap: number; messages: number };

export async function heapAfterGc(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

export function heapGrowth(warm: Heap, end: Heap, bots: number): string[] {
  const messages = end.messages - warm.messages;
  const ofCloud = Math.min(messages, bots * CLOUD_LIMITS.deliveries) * CLOUD_BYTES;
  const limit = warm.heap + SPREAD_BYTES + ofCloud + messages * LEDGER_BYTES;
  if (end.heap <= limit) return [];
  return [`the heap is ${mebibytes(end.heap)}, warm it was ${mebibytes(warm.heap)}; limit ${mebibytes(limit)}`];
}

export const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
