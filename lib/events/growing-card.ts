// One card that an answer grows in: the only one to number its changes, across tries and restarts.
import { and, eq } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { replies } from "@/lib/db/schema";
import type { SentReply } from "@/lib/events/inbox";
import { ANSWER_ELEMENT, closedConfig, shownText } from "@/lib/feishu/answer-card";
import type { FeishuApi } from "@/lib/feishu/api";
import {
  type CardChange,
  type CardJson,
  cardTroubleOf,
  configureCard,
  replaceCard,
  writeText,
} from "@/lib/feishu/cards";
import { FeishuError } from "@/lib/feishu/errors";

export type CardRow = SentReply & { cardId: string };

const JUMPS = 8; // the last one over an hour: clocks differ by less
const jumpMs = (tries: number) => 1_000 * 4 ** tries;

export class GrowingCard {
  /** Kept in `replies`; `at` is the time of the card's making. */
  readonly row: CardRow;
  readonly #api: FeishuApi;
  #sequence = 0;
  /** What it is known to show; of one that an earlier try made, nothing is. */
  shown: string | undefined;
  isGrowing: boolean;
  /** The last state of it, once it has come to that. */
  #whole: string | undefined;

  constructor(api: FeishuApi, row: CardRow, isGrowing: boolean) {
    this.#api = api;
    this.row = row;
    this.isGrowing = isGrowing;
  }

  async write(text: string): Promise<void> {
    if (text === this.shown) return;
    await this.change((change) => writeText(this.#api, change, ANSWER_ELEMENT, shownText(text)));
    this.note(text);
  }

  /** Feishu ends the growing after ten minutes; it may be begun anew. */
  async reopen(): Promise<void> {
    await this.change((change) => configureCard(this.#api, change, { streaming_mode: true }));
  }

  /** Draws it anew as it is to grow: what an earlier try left. */
  async restart(card: CardJson, text: string): Promise<void> {
    await this.change((change) => replaceCard(this.#api, change, card));
    this.isGrowing = true;
    this.#whole = undefined;
    this.note(text);
  }

  /** Its last state: it grows no more. */
  async complete(card: CardJson, text: string): Promise<void> {
    const whole = JSON.stringify(card);
    if (whole === this.#whole) return;
    if (this.isGrowing) await this.#close(text);
    await this.change((change) => replaceCard(this.#api, change, card));
    this.#whole = whole;
    this.note(text);
  }

  /** It was sent in this state. */
  noteWhole(card: CardJson): void {
    this.#whole = JSON.stringify(card);
  }

  note(text: string): void {
    this.shown = text;
    this.row.text = text;
  }

  async #close(text: string): Promise<void> {
    try {
      await this.change((change) => configureCard(this.#api, change, closedConfig(text)));
    } catch (error) {
      // What counts is the text, which comes after it.
      if (!(error instanceof FeishuError) || ["later", "withheld"].includes(cardTroubleOf(error))) throw error;
    }
    this.isGrowing = false;
  }

  /** Numbers follow the clock, so that who takes over after a crash goes on above those that were used. */
  async change(call: (change: CardChange) => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      this.#sequence = Math.max(this.#sequence + 1, Date.now() - this.row.at);
      try {
        await call({ cardId: this.row.cardId, sequence: this.#sequence });
        return;
      } catch (error) {
        const isBehind = error instanceof FeishuError && cardTroubleOf(error) === "sequence";
        if (!isBehind || tries === JUMPS) throw error;
        this.#sequence += jumpMs(tries);
      }
    }
  }
}

/** Before the card is sent: whoever goes on after a crash finds it. */
export async function keepCard(db: Database, botId: string, eventId: number, row: CardRow): Promise<void> {
  const { uuid, chatId, kind, text, cardId } = row;
  const values = { botId, uuid, eventId, chatId, kind, text, cardId, messageId: null, at: new Date(row.at) };
  await db
    .insert(replies)
    .values(values)
    .onConflictDoUpdate({
      target: [replies.botId, replies.uuid],
      set: { cardId, text, at: values.at, messageId: null },
    });
}

export async function keepMessageId(db: Database, botId: string, { uuid, messageId }: SentReply): Promise<void> {
  await db
    .update(replies)
    .set({ messageId })
    .where(and(eq(replies.botId, botId), eq(replies.uuid, uuid)));
}

/** It was taken back: what stays is that its `uuid` is used up. */
export async function forgetCard(db: Database, botId: string, uuid: string): Promise<void> {
  await db
    .update(replies)
    .set({ messageId: null, cardId: null, text: null })
    .where(and(eq(replies.botId, botId), eq(replies.uuid, uuid)));
}
