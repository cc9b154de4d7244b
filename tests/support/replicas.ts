// Several Larkspur processes over one PostgreSQL database and one simulated cloud, and people who talk with their bots.
import { randomBytes } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { ADMIN, type Api, apiOf, registerBot } from "@/tests/support/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { freshPostgres } from "@/tests/support/databases";
import { botTexts } from "@/tests/support/inbox";
import { type Server, startServer } from "@/tests/support/server";
import { waitFor } from "@/tests/support/wait-for";

export type Replica = { instance: string; server: Server; api: Api };
export type ClusterBot = { id: string; app: SandboxApp };
export type Status = { botId: string; state: string; instance?: string };

/** Killed processes are replaced within 15 s; on a busy machine the tests wait longer. */
export const TAKEOVER_LIMIT_MS = 60_000;

// Soon enough for a message that a dead process had been given to come again within a test.
const CLOUD = {
  settings: { ackTimeoutMs: 2_000, ladderMs: Array<number>(200).fill(500) },
  limits: { messagesPerChat: 10_000 },
};

export type Cluster = {
  cloud: SandboxCloud;
  bots: ClusterBot[];
  /** Another process on the same database; ended when the test ends. */
  start(instance: string): Promise<Replica>;
  addBots(count: number, through: Replica): Promise<void>;
};

/** `databaseUrl`: where the processes find the database, if not at its own address. */
export async function openCluster(databaseUrl?: string): Promise<Cluster> {
  const env = {
    DATABASE_URL: databaseUrl ?? (await freshPostgres()).url,
    LARKSPUR_SECRET: randomBytes(24).toString("hex"),
    LARKSPUR_ADMIN_EMAIL: ADMIN.email,
    LARKSPUR_ADMIN_PASSWORD: ADMIN.password,
    LARKSPUR_API_TOKEN: `bootstrap-${randomBytes(24).toString("hex")}`,
  };
  const cloud = await startTestCloud(CLOUD);
  const bots: ClusterBot[] = [];
  return {
    cloud,
    bots,
    async start(instance) {
      const server = await startServer({ env: { ...env, LARKSPUR_INSTANCE: instance } });
      onTestFinished(async () => {
        server.kill("SIGKILL", "group");
        await server.stop();
      });
      return { instance, server, api: apiOf(server.url, env.LARKSPUR_API_TOKEN) };
    },
    async addBots(count, { api }) {
      for (let i = 0; i < count; i++) {
        const app = registerTestApp(cloud, { name: `Bot ${bots.length}` });
        bots.push({ id: await registerBot(api, cloud, app), app });
      }
    },
  };
}

export const statuses = async ({ api }: Replica): Promise<Status[]> =>
  (await api.get("/api/feishu/ws/status")).connections;

/** Waits until these replicas tell the same of every bot: what they are asked one after the other may change between. */
export async function agreeOnStatuses(...replicas: Replica[]): Promise<void> {
  let last: Status[][] = [];
  const isSame = async () => {
    last = await Promise.all(replicas.map(statuses));
    return new Set(last.map((each) => JSON.stringify(each))).size === 1;
  };
  await waitFor(isSame, () => `the same statuses, they are ${JSON.stringify(last)}`);
}

/** How many bots each instance is connected with, as this replica says. */
export async function shares(replica: Replica): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state, instance = "nobody" } of await statuses(replica)) {
    const name = state === "connected" ? instance : "nobody";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Waits until the bots are shared like this, each with one connection. */
export async function reaches(cluster: Cluster, replica: Replica, wished: Record<string, number>): Promise<void> {
  const { cloud, bots } = cluster;
  let last: unknown;
  await waitFor(
    async () => {
      const counts = await shares(replica);
      const online = bots.map(({ app }) => cloud.connections(app.appId).length);
      last = { counts, online };
      const isShared = Object.entries(wished).every(([name, count]) => (counts[name] ?? 0) === count);
      return isShared && Object.keys(counts).every((name) => name in wished) && online.every((count) => count === 1);
    },
    () => `${JSON.stringify(wished)}, they are ${JSON.stringify(last)}`,
    TAKEOVER_LIMIT_MS,
  );
}

/** The fewest and the most connections that any bot has had since; of the fewest, only those that can receive count. */
export function watchConnections({ cloud, bots }: Cluster): { fewest: number; most: number } {
  const seen = { fewest: Number.POSITIVE_INFINITY, most: 0 };
  const look = () => {
    for (const { app } of bots) {
      const connections = cloud.connections(app.appId);
      seen.fewest = Math.min(seen.fewest, connections.filter(({ ready }) => ready).length);
      seen.most = Math.max(seen.most, connections.length);
    }
  };
  look();
  cloud.on("connection", look);
  return seen;
}

export type Talk = {
  /** Ids of the events that were acknowledged. */
  taken: Set<string>;
  /** Resolves when so many more messages were acknowledged. */
  goesOn(count: number): Promise<void>;
  /** The people stop; every message of theirs must be answered once and in order. */
  end(): Promise<void>;
};

const PEOPLE = ["Ann", "Bo", "Cy"];
const THINKING_MS = 100;

/** People talk with every bot: whoever's message was acknowledged writes the next one. */
export function converse({ cloud, bots }: Cluster): Talk {
  const chats = bots.flatMap(({ app: { appId } }) =>
    PEOPLE.map((from) => ({ appId, from, ...cloud.directChat(appId, from), said: [] as string[] })),
  );
  const waitingFor = new Map<string, (typeof chats)[number]>();
  const taken = new Set<string>();
  let isOver = false;
  const say = (chat: (typeof chats)[number]) => {
    if (isOver) return;
    const text = `${chat.from} ${chat.said.length}`;
    chat.said.push(text);
    waitingFor.set(cloud.say({ ...chat, text }).eventId, chat);
  };
  cloud.on("ack", ({ eventId, attempt }) => {
    const chat = waitingFor.get(eventId);
    if (!chat || attempt.ackCode !== 200) return;
    waitingFor.delete(eventId);
    taken.add(eventId);
    setTimeout(() => say(chat), THINKING_MS);
  });
  for (const chat of chats) say(chat);
  return {
    taken,
    async goesOn(count) {
      const goal = taken.size + count;
      await waitFor(() => taken.size >= goal, "people's messages to be acknowledged", TAKEOVER_LIMIT_MS);
    },
    async end() {
      isOver = true;
      const answersIn = (chatId: string) => botTexts(cloud, chatId);
      const isAnswered = () => chats.every(({ chatId, said }) => answersIn(chatId).length >= said.length);
      // What is wrong is told below.
      await waitFor(isAnswered, "every message to be answered", TAKEOVER_LIMIT_MS).catch(() => undefined);
      const wrong = chats.flatMap(({ chatId, from, said }) => {
        const answers = answersIn(chatId);
        const place = said.findIndex((text, i) => answers[i] !== text);
        if (place < 0 && answers.length === said.length) return [];
        const around = (texts: string[]) => texts.slice(Math.max(0, place - 2), place + 6);
        return [{ from, said: said.length, answered: answers.length, wished: around(said), got: around(answers) }];
      });
      expect(wrong).toEqual([]);
    },
  };
}
