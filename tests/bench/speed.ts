// How fast messages are answered and acknowledged, seen from the simulated cloud.
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { waitFor } from "@/tests/support/wait-for";

const BURST_LIMIT_MS = 300_000;
const ANSWER_LIMIT_MS = 30_000;

/** One message after the other, each after the answer to the one before, no new one after `limitMs`; in ms. */
export async function replyTimes(
  cloud: SandboxCloud,
  app: SandboxApp,
  { count, limitMs }: { count: number; limitMs: number },
): Promise<number[]> {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  const times: number[] = [];
  const endsAt = performance.now() + limitMs;
  while (times.length < count && performance.now() < endsAt) times.push(await replyTime(cloud, app, chatId));
  return times;
}

function replyTime(cloud: SandboxCloud, { appId }: SandboxApp, chatId: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      end();
      settle();
    };
    const end = cloud.on("message", (message) => {
      if (message.chatId !== chatId || message.sender.kind !== "bot") return;
      finish(() => resolve(performance.now() - startedAt));
    });
    const timer = setTimeout(
      () => finish(() => reject(new Error(`no answer within ${ANSWER_LIMIT_MS / 1000} s`))),
      ANSWER_LIMIT_MS,
    );
    cloud.say({ appId, chatId, from: "Ann", text: "one message" });
  });
}

export type Burst = { acks: number[]; perSecond: number };

// LarkChannel merges what comes to one chat at the same time into one message: so as many chats as there are messages.
const CHATS_PER_APP_AT_MOST = 500;

/** `count` messages at once, spread over the apps and their chats. A second answer to the same message counts for nothing. */
export async function burst(cloud: SandboxCloud, apps: SandboxApp[], count: number): Promise<Burst> {
  const chats = chatsFor(cloud, apps, count);
  const saidAt = new Map<string, number>();
  const acks = new Map<string, number>();
  const unanswered = new Set<string>();
  let lastAnswerAt = 0;
  const endings = [
    cloud.on("ack", ({ eventId, attempt }) => {
      const at = saidAt.get(eventId);
      if (at !== undefined && attempt.ackCode === 200) acks.set(eventId, performance.now() - at);
    }),
    cloud.on("message", ({ sender, parentId }) => {
      if (sender.kind === "bot" && parentId && unanswered.delete(parentId)) lastAnswerAt = performance.now();
    }),
  ];
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const { appId, chatId, name } = chats[index % chats.length] as (typeof chats)[number];
    const { eventId, messageId } = cloud.say({ appId, chatId, from: name, text: `burst ${index}` });
    saidAt.set(eventId, performance.now());
    unanswered.add(messageId);
  }
  const standing = () => `${count - unanswered.size} answers and ${acks.size} acknowledgements of ${count}`;
  await waitFor(() => unanswered.size === 0 && acks.size >= count, standing, BURST_LIMIT_MS);
  for (const end of endings) end();
  return { acks: [...acks.values()], perSecond: (count / (lastAnswerAt - startedAt)) * 1000 };
}

function chatsFor(cloud: SandboxCloud, apps: SandboxApp[], count: number) {
  const perApp = Math.min(Math.ceil(count / apps.length), CHATS_PER_APP_AT_MOST);
  const names = Array.from({ length: perApp }, (_, index) => `P${index}`);
  return names.flatMap((name) => apps.map(({ appId }) => ({ appId, name, ...cloud.directChat(appId, name) })));
}
