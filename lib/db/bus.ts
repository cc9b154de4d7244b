// News that one part of Larkspur tells the others, in this process and, over NOTIFY, in every replica.

import { EventEmitter } from "node:events";
import { z } from "zod";
import type { Driver } from "@/lib/db/client";
import { parseJson } from "@/lib/json";
import type { Logger } from "@/lib/logger";

const newsSchema = z.discriminatedUnion("topic", [
  z.object({ topic: z.literal("bot"), botId: z.string() }),
  z.object({ topic: z.literal("status"), botId: z.string() }),
  /** `due` is set when there is work for a worker. */
  z.object({ topic: z.literal("event"), botId: z.string(), id: z.number(), due: z.boolean().exactOptional() }),
  z.object({ topic: z.literal("settings") }),
  /** Sessions of the person have ended. */
  z.object({ topic: z.literal("session"), userId: z.string() }),
  /** Trouble has begun, was told, or has ended. */
  z.object({ topic: z.literal("alerts") }),
  /** Whoever writes an answer that all of it fits ends it where it is. */
  z.object({
    topic: z.literal("stop"),
    botId: z.string(),
    chatId: z.string().exactOptional(),
    threadId: z.string().exactOptional(),
    senderId: z.string().exactOptional(),
    eventId: z.number().exactOptional(),
    before: z.number().exactOptional(),
  }),
]);
const packSchema = z.object({ from: z.string(), news: z.array(z.unknown()) });

/** What is told: ids only. Whoever is interested reads the row. */
export type News = z.infer<typeof newsSchema>;

export type Topic = News["topic"];
type NewsOf<T extends Topic> = Extract<News, { topic: T }>;

export type Bus = {
  /** Reaches listeners here at once; replicas within moments. A replica that is not reached finds out by its own timers. */
  publish(news: News): void;
  subscribe<T extends Topic>(topic: T, listener: (news: NewsOf<T>) => void): () => void;
  close(): Promise<void>;
};

const CHANNEL = "larkspur";
const QUOTE = 200;
const PAYLOAD_LIMIT = 7_900; // PostgreSQL refuses a NOTIFY payload of 8000 bytes or more.

export async function openBus(
  driver: Pick<Driver, "kind" | "listen" | "notify">,
  instance: string,
  logger: Logger,
): Promise<Bus> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const emit = (news: News) => {
    for (const listener of emitter.listeners(news.topic)) {
      try {
        listener(news);
      } catch (err) {
        logger.error({ err, topic: news.topic }, "listener failed");
      }
    }
  };

  // With PGlite there is one process: its own emitter reaches everybody.
  const relays = driver.kind === "postgres";
  // Distinguishes two processes even where somebody gave both the same instance name.
  const origin = `${instance}/${process.pid}/${Math.random().toString(36).slice(2)}`;
  let waiting: News[] = [];
  let sending: Promise<void> = Promise.resolve();
  let flushScheduled = false;

  const flush = async () => {
    flushScheduled = false;
    const batch = waiting;
    waiting = [];
    for (const payload of packs(origin, batch)) {
      const send = () => driver.notify(CHANNEL, payload);
      // Receiving the same news twice is harmless.
      await send()
        .catch(send)
        .catch((err: unknown) => logger.warn({ err }, "notification was not passed on"));
    }
  };

  let toldOfStrange = false;
  const receive = (payload: string) => {
    const { from, news, strange } = unpack(payload);
    if (from !== origin) for (const item of news) emit(item);
    if (strange === undefined || toldOfStrange) return;
    toldOfStrange = true;
    logger.warn({ channel: CHANNEL, strange }, "unknown notification ignored; further ones are not logged");
  };

  if (relays) await driver.listen(CHANNEL, receive);

  return {
    publish(news) {
      emit(news);
      if (!relays) return;
      waiting.push(news);
      if (flushScheduled) return;
      flushScheduled = true;
      sending = sending.then(() => new Promise<void>((resolve) => setImmediate(resolve))).then(flush);
    },
    subscribe(topic, listener) {
      emitter.on(topic, listener as (news: News) => void);
      return () => emitter.off(topic, listener as (news: News) => void);
    },
    async close() {
      await sending;
      emitter.removeAllListeners();
    },
  };
}

/** Anybody may write to the channel, and another version of Larkspur may know other news. */
function unpack(payload: string): { from?: string; news: News[]; strange?: string } {
  const pack = packSchema.safeParse(parseJson(payload));
  if (!pack.success) return { news: [], strange: payload.slice(0, QUOTE) };
  const items = pack.data.news.map((item) => newsSchema.safeParse(item));
  const isWhole = items.every(({ success }) => success);
  return {
    from: pack.data.from,
    news: items.flatMap(({ data }) => data ?? []),
    ...(isWhole ? {} : { strange: payload.slice(0, QUOTE) }),
  };
}

function* packs(from: string, batch: News[]): Generator<string> {
  let news: News[] = [];
  let size = 0;
  for (const item of batch) {
    const length = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (size + length > PAYLOAD_LIMIT - 200 && news.length > 0) {
      yield JSON.stringify({ from, news });
      news = [];
      size = 0;
    }
    news.push(item);
    size += length;
  }
  if (news.length > 0) yield JSON.stringify({ from, news });
}
