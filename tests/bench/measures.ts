// What is measured, seen from the simulated cloud: answers, acknowledgements, memory, and the way back after a drop.
import { readFileSync } from "node:fs";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { waitFor } from "@/tests/support/wait-for";

const DEADLINE_MS = 300_000;

export type Spread = { p50: number; p95: number; p99: number };

export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export async function allReady(cloud: SandboxCloud, apps: SandboxApp[]): Promise<void> {
  const isReady = ({ appId }: SandboxApp) => cloud.connections(appId).some(({ ready }) => ready);
  await waitFor(() => apps.every(isReady), "all bots to be connected", DEADLINE_MS);
}

/** One message after the other, each after the answer to the one before; in ms. */
export async function replyTimes(cloud: SandboxCloud, app: SandboxApp, count: number): Promise<number[]> {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    times.push(
      await new Promise<number>((resolve) => {
        const startedAt = performance.now();
        const end = cloud.on("message", (message) => {
          if (message.chatId !== chatId || message.sender.kind !== "bot") return;
          end();
          resolve(performance.now() - startedAt);
        });
        cloud.say({ appId: app.appId, chatId, from: "Ann", text: `message ${index}` });
      }),
    );
  }
  return times;
}

export type Burst = { acks: number[]; perSecond: number };

// LarkChannel merges what comes to one chat at the same time into one message: so many chats that each gets one.
const CHATS_PER_APP = 50;

/** `count` messages at once, spread over the apps and their chats. */
export async function burst(cloud: SandboxCloud, apps: SandboxApp[], count: number): Promise<Burst> {
  const chats = apps.flatMap(({ appId }) =>
    Array.from({ length: CHATS_PER_APP }, (_, index) => ({
      appId,
      name: `P${index}`,
      ...cloud.directChat(appId, `P${index}`),
    })),
  );
  const saidAt = new Map<string, number>();
  const acks = new Map<string, number>();
  let answers = 0;
  let lastAnswerAt = 0;
  const endings = [
    cloud.on("ack", ({ eventId }) => {
      const at = saidAt.get(eventId);
      if (at !== undefined && !acks.has(eventId)) acks.set(eventId, performance.now() - at);
    }),
    cloud.on("message", ({ sender }) => {
      if (sender.kind !== "bot") return;
      answers += 1;
      lastAnswerAt = performance.now();
    }),
  ];
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const { appId, chatId, name } = chats[index % chats.length] as (typeof chats)[number];
    const { eventId } = cloud.say({ appId, chatId, from: name, text: `burst ${index}` });
    saidAt.set(eventId, performance.now());
  }
  const isOver = () => answers >= count && acks.size >= count;
  await waitFor(isOver, () => `${answers} answers and ${acks.size} acks of ${count}`, DEADLINE_MS);
  for (const end of endings) end();
  return { acks: [...acks.values()], perSecond: (count / (lastAnswerAt - startedAt)) * 1000 };
}

/** Cuts every socket; the time until each bot is connected again, in ms. */
export async function recoveryTimes(cloud: SandboxCloud, apps: SandboxApp[]): Promise<number[]> {
  const back = new Map<string, number>();
  const startedAt = performance.now();
  const end = cloud.on("connection", ({ appId, state }) => {
    if (state === "ready" && !back.has(appId)) back.set(appId, performance.now() - startedAt);
  });
  for (const { appId } of apps) cloud.cut(appId, "reset");
  await waitFor(
    () => back.size >= apps.length,
    () => `${back.size} of ${apps.length} bots back`,
    DEADLINE_MS,
  );
  end();
  return [...back.values()];
}

/** Resident memory in MiB, as Linux tells it. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
