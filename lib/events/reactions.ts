// Puts the bot's emoji under a message while its answer is written: beside the answer, which never waits for it.
import { and, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import type { Database } from "@/lib/db/client";
import { type BotRow, bots, events } from "@/lib/db/schema";
import type { Asides } from "@/lib/events/asides";
import type { Try } from "@/lib/events/try";
import type { FeishuApis } from "@/lib/feishu/api";
import { addReaction, removeReaction } from "@/lib/feishu/reactions";

const FORGOTTEN_AFTER = sql`now() - interval '1 minute'`;
const SWEPT_AT_ONCE = 200;

type Parts = { db: Database; apis: FeishuApis; asides: Asides };
type Place = { eventId: number; messageId: string };

export class Reactions {
  readonly #parts: Parts;
  /** Those that this process has put there, or is about to. */
  readonly #added = new Map<number, Promise<string | null>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The work on the message has begun. */
  begin({ event, bot }: Try): void {
    const emoji = behaviorOf(bot).reaction;
    const { id: eventId, messageId } = event;
    if (!emoji || messageId === null || event.reactionId !== null || this.#added.has(eventId)) return;
    const adding = this.#add(bot, { eventId, messageId }, emoji);
    this.#added.set(eventId, adding);
    this.#parts.asides.run("a reaction", { botId: bot.id, eventId }, () => adding);
  }

  /** The event is finished. */
  end({ event, bot }: Try): void {
    const { id: eventId, messageId } = event;
    const adding = this.#added.get(eventId) ?? Promise.resolve(event.reactionId);
    const isThere = this.#added.delete(eventId) || event.reactionId !== null;
    if (!isThere || messageId === null) return;
    this.#parts.asides.run("taking a reaction back", { botId: bot.id, eventId }, async () => {
      const reactionId = await adding.catch(() => null);
      if (reactionId !== null) await this.#remove(bot, { eventId, messageId }, reactionId);
    });
  }

  /** The event is tried again, here or elsewhere: what stands under it is in its row. */
  release(eventId: number): void {
    this.#added.delete(eventId);
  }

  /** Takes away what a process that died has left. */
  async sweep(): Promise<void> {
    const { db, asides } = this.#parts;
    const left = await db
      .select({ bot: bots, eventId: events.id, messageId: events.messageId, reactionId: events.reactionId })
      .from(events)
      .innerJoin(bots, eq(bots.id, events.botId))
      .where(
        and(
          isNotNull(events.reactionId),
          inArray(events.status, ["done", "failed", "ignored"]),
          lt(events.finishedAt, FORGOTTEN_AFTER),
        ),
      )
      .limit(SWEPT_AT_ONCE);
    for (const { bot, eventId, messageId, reactionId } of left) {
      asides.run("taking an old reaction back", { botId: bot.id, eventId }, () =>
        this.#remove(bot, { eventId, messageId: messageId ?? "" }, reactionId ?? ""),
      );
    }
  }

  async #add(bot: BotRow, { eventId, messageId }: Place, emoji: string): Promise<string | null> {
    const reactionId = await addReaction(await this.#parts.apis.of(bot), messageId, emoji);
    if (reactionId !== null) await this.#note(eventId, reactionId);
    return reactionId;
  }

  async #remove(bot: BotRow, { eventId, messageId }: Place, reactionId: string): Promise<void> {
    // What Feishu refuses now it refuses later, too: the message is gone, or somebody was quicker.
    await removeReaction(await this.#parts.apis.of(bot), messageId, reactionId).finally(() =>
      this.#note(eventId, null),
    );
  }

  async #note(eventId: number, reactionId: string | null): Promise<void> {
    await this.#parts.db.update(events).set({ reactionId }).where(eq(events.id, eventId));
  }
}
