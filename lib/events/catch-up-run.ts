// Catches up on one bot once: lists chat by chat what was said since the last message that is known to be stored, and stores it.
import { setTimeout as pause } from "node:timers/promises";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import { AppError, describeReason, type Reason } from "@/lib/errors";
import { knownIds, listStaleChats, moveCursor, type StaleChat, seedChats, storedMessages } from "@/lib/events/chats";
import { isItemsFault } from "@/lib/events/group-commit";
import type { Intake } from "@/lib/events/intake";
import type { Refusals } from "@/lib/events/refusals";
import type { FeishuApi, FeishuApis } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";
import { type HistoryPage, type HistoryRequest, type PushedMessage, readHistory } from "@/lib/feishu/history";
import type { Logger } from "@/lib/logger";

export type CatchUpDeps = {
  db: Database;
  bus: Bus;
  logger: Logger;
  apis: FeishuApis;
  intake: Pick<Intake, "receive">;
  /** Whether this process has the bot's connection; rejects while that cannot be known. */
  holds(botId: string): Promise<boolean>;
  /** What Feishu does not let the bot read, for its status; undefined: nothing. */
  onRefusal(botId: string, reason: Reason | undefined): void;
  times?: Partial<typeof TIMES>;
};

export const TIMES = {
  /** A connection that comes and goes does not ask more often. */
  betweenRunsMs: 30_000,
  /** After failures; the last one counts for all that follow. */
  retriesMs: [10_000, 60_000, 300_000, 1_800_000],
  /** Between two calls for one bot. */
  betweenCallsMs: 100,
  /** Messages may have been stored out of order. */
  overlapMs: 120_000,
  /** What Feishu refused is not asked again before: apps have a monthly budget of calls. */
  refusedMs: 6 * 3_600_000,
  /** A bot with more to catch up on lets others go first from time to time. */
  shareMs: 120_000,
};

/** A chat with more waits until the others of its bot have had their turn. */
const PAGES_PER_TURN = 40;
const LIMITS_WAITED_OUT = 5;
const LONGEST_WAIT_MS = 60_000;

type Task = { chat: StaleChat; pageToken?: string | undefined };
type Run = { before: Date; refusals: Refusals; signal: AbortSignal; times: typeof TIMES };

export class CatchUpRun {
  readonly #deps: CatchUpDeps;
  readonly #bot: BotRow;
  readonly #run: Run;
  #stored = 0;

  constructor(deps: CatchUpDeps, bot: BotRow, run: Run) {
    this.#deps = deps;
    this.#bot = bot;
    this.#run = run;
    run.refusals.renew(bot.updatedAt.getTime());
  }

  /** False when there is more to do. Rejects when it should be tried again. */
  async run(): Promise<boolean> {
    const { db, apis, logger } = this.#deps;
    const { before, refusals, times } = this.#run;
    const botId = this.#bot.id;
    await seedChats(db, botId, before);
    const queue: Task[] = (await listStaleChats(db, botId, before)).map((chat) => ({ chat }));
    if (queue.length === 0) return true;
    const endAt = performance.now() + times.shareMs;
    try {
      const api = await apis.of(this.#bot);
      for (let task = queue.shift(); task; task = queue.shift()) {
        const { chat } = task;
        if (refusals.covers(chat)) continue;
        const pageToken = await this.#turn(api, task);
        if (pageToken !== undefined) {
          logger.info({ botId, chatId: chat.chatId }, "catching up is slow, so the bot's other chats go first");
          queue.push({ chat, pageToken });
        }
        if (performance.now() > endAt) return queue.length === 0;
      }
      return true;
    } catch (error) {
      if (error instanceof NotHeld) return true;
      throw error;
    } finally {
      if (this.#stored > 0) logger.info({ botId, messages: this.#stored }, "caught up on missed messages");
    }
  }

  /** Gives where to go on, if there is more. */
  async #turn(api: FeishuApi, { chat, pageToken: first }: Task): Promise<string | undefined> {
    const { id: botId, appId } = this.#bot;
    const { chatId, chatType } = chat;
    const since = chat.cursorAt.getTime() - this.#run.times.overlapMs;
    let pageToken = first;
    for (let pages = 0; pages < PAGES_PER_TURN; pages += 1) {
      const askedAt = new Date();
      const page = await this.#read(api, chat, { appId, chatId, chatType, since, pageToken });
      if (!page) return undefined;
      await this.#assertHeld();
      await this.#nameSenders(chat, page.messages);
      await this.#store(page.messages);
      pageToken = page.nextToken;
      await moveCursor(this.#deps.db, botId, chatId, {
        cursorAt: page.newest === undefined ? undefined : new Date(Math.min(page.newest, Date.now())),
        caughtUpAt: pageToken === undefined ? askedAt : undefined,
      });
      if (pageToken === undefined) return undefined;
    }
    return pageToken;
  }

  // The history names people by open_id alone; who is answered may be listed by another id.
  async #nameSenders({ chatId, chatType }: StaleChat, messages: PushedMessage[]): Promise<void> {
    const { id: botId, policy } = this.#bot;
    if (policy.directMessages !== "allowlist" || chatType === "group") return;
    const known = new Map<string, unknown>();
    for (const { envelope } of messages) {
      const { sender } = envelope.event;
      const openId = sender.sender_id.open_id;
      if (!openId) continue;
      if (!known.has(openId)) known.set(openId, await knownIds(this.#deps.db, botId, chatId, openId));
      Object.assign(sender.sender_id, known.get(openId));
    }
  }

  async #store(messages: HistoryPage["messages"]): Promise<void> {
    const { db, intake, logger } = this.#deps;
    const botId = this.#bot.id;
    const ids = messages.map(({ messageId }) => messageId);
    const stored = await storedMessages(db, botId, ids);
    const missed = messages.filter(({ messageId }) => !stored.has(messageId));
    const receipts = await Promise.allSettled(missed.map(({ envelope }) => intake.receive(botId, envelope, "catchup")));
    for (const [index, receipt] of receipts.entries()) {
      if (receipt.status === "fulfilled") this.#stored += receipt.value.isNew ? 1 : 0;
      else if (!isUnusable(receipt.reason)) throw receipt.reason;
      else logger.warn({ botId, messageId: missed[index]?.messageId }, "missed message could not be stored");
    }
  }

  /** Undefined when Feishu does not let the bot read the chat. */
  async #read(api: FeishuApi, chat: StaleChat, request: HistoryRequest): Promise<HistoryPage | undefined> {
    const { signal, times } = this.#run;
    for (let limits = 0; ; limits += 1) {
      await pause(times.betweenCallsMs, undefined, { signal });
      await this.#assertHeld();
      try {
        return await unlessAborted(readHistory(api, request), signal);
      } catch (error) {
        if (!(error instanceof FeishuError)) throw error;
        if (error.kind === "rate-limit") {
          const waitMs = error.retryAfterMs ?? 1_000 * 2 ** limits;
          if (limits >= LIMITS_WAITED_OUT || waitMs > LONGEST_WAIT_MS) throw error;
          await pause(waitMs, undefined, { signal });
        } else if (isVerdict(error)) return void this.#refuse(chat, error);
        else throw error;
      }
    }
  }

  /** Who lost the bot, asleep perhaps, leaves the rest to whoever has it. */
  async #assertHeld(): Promise<void> {
    if (!(await this.#deps.holds(this.#bot.id))) throw new NotHeld();
  }

  #refuse(chat: StaleChat, error: FeishuError): void {
    const reason = this.#run.refusals.add(chat, error, this.#run.times.refusedMs);
    const facts = { botId: this.#bot.id, chatId: chat.chatId, feishu: error.message };
    this.#deps.logger.info({ ...facts, reason: describeReason(reason) }, "missed messages could not be listed");
  }
}

class NotHeld extends Error {}

// Promise.race would keep a callback of each call for as long as the process lives.
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = () => signal.removeEventListener("abort", onAbort);
    work.then(resolve, reject).finally(settle);
  });
}

// What stays the same when it is asked again at once; an unknown code, too, must not keep the other chats waiting.
const isVerdict = ({ kind, feishuCode, httpStatus }: FeishuError): boolean =>
  kind !== "network" && kind !== "credentials" && (feishuCode !== undefined || httpStatus === 404);

const isUnusable = (error: unknown): boolean =>
  isItemsFault(error) || (error instanceof AppError && (error.code === "invalid_input" || error.code === "too_large"));
