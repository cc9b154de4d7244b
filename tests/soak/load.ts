// What people write, and what the bots wrote back, as the simulated cloud saw it.
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { Random } from "@/tests/soak/random";

const CHATS_PER_BOT = 4;

export type Chat = { appId: string; chatId: string; person: string; said: number };

export type Ledger = {
  chats: Chat[];
  /** By message id: the text that was written. */
  said: Map<string, { chatId: string; text: string }>;
  /** By message id: the texts that answered it. */
  answers: Map<string, string[]>;
  /** By chat: the message ids in the order in which they were answered. */
  order: Map<string, string[]>;
  sayOne(random: Random): void;
};

export function openLedger(cloud: SandboxCloud, apps: SandboxApp[]): Ledger {
  const chats = apps.flatMap(({ appId }) =>
    Array.from({ length: CHATS_PER_BOT }, (_, index) => {
      const person = `P${index}`;
      return { appId, person, said: 0, ...cloud.directChat(appId, person) };
    }),
  );
  const ledger: Ledger = {
    chats,
    said: new Map(),
    answers: new Map(),
    order: new Map(),
    sayOne(random) {
      const chat = random.pick(chats);
      chat.said += 1;
      const { appId, chatId, person: from } = chat;
      const text = `message ${chat.said}`;
      ledger.said.set(cloud.say({ appId, chatId, from, text }).messageId, { chatId, text });
    },
  };
  cloud.on("message", ({ sender, chatId, parentId, text = "" }) => {
    if (sender.kind !== "bot") return;
    const question = parentId ?? "(no question)";
    append(ledger.answers, question, text);
    append(ledger.order, chatId, question);
  });
  return ledger;
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
