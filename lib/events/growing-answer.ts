// An answer that grows in the chat: over as many cards as it needs, at Feishu's pace, and whole in the end.
import { and, eq } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import { replies } from "@/lib/db/schema";
import { type CardRow, forgetCard, GrowingCard, keepCard, keepMessageId } from "@/lib/events/growing-card";
import type { Pace } from "@/lib/events/pace";
import { waitForFeishu } from "@/lib/events/patience";
import { type AnsweringParts, replyRow, type Try } from "@/lib/events/try";
import { type AnswerCard, answerCard } from "@/lib/feishu/answer-card";
import type { FeishuApi } from "@/lib/feishu/api";
import { simplified, withoutImages } from "@/lib/feishu/card-markdown";
import { GrowingPages, PAGE_LIMITS } from "@/lib/feishu/card-writing/card-pages";
import { type CardTrouble, cardContent, cardTroubleOf, createCard } from "@/lib/feishu/cards";
import { FeishuError, isGone, isWithheld } from "@/lib/feishu/errors";
import { deliver, patchCard, recall } from "@/lib/feishu/sender";
import type { Locale } from "@/lib/text/translate";

/** What is written so far, or in the end. */
export type Written = {
  text: string;
  thoughts?: string | undefined;
  note?: string | undefined;
  /** People may say what they think of it. */
  isAnswer?: boolean;
};

/** What of it could not be shown in cards: it has to be sent in another way. */
export type Rest = { text: string; error: unknown } | null;

const MAX_CARDS = 200;
const MAX_REOPENINGS = 3;
const ROOM_FOR_THOUGHTS = 5 * 1024;

/** What a text is drawn as, the next one where Feishu does not take it. */
const FORMS = [(text: string) => text, withoutImages, simplified] as const;
const SIMPLEST = FORMS.length - 1;

export class GrowingAnswer {
  readonly #work: Try;
  readonly #parts: AnsweringParts;
  readonly #api: FeishuApi;
  readonly #locale: Locale;
  readonly #cards: GrowingCard[];
  readonly #pace: Pace;
  readonly #ending = new AbortController();
  #wanted: Written | undefined;
  #drawn: Written | undefined;
  #growing: Promise<void> | undefined;
  #isQuiet = false;
  #reopenings = 0;
  /** Which of the `FORMS`. */
  #form = 0;
  /** What Feishu does not want to be said. */
  #withheld: { text: string; error: FeishuError } | undefined;
  readonly #growingPages = new GrowingPages();
  #paged: { written: Written; form: number; pages: string[] } | undefined;

  /** With the cards that an earlier try left. */
  static async open(work: Try, parts: AnsweringParts, locale: Locale): Promise<GrowingAnswer> {
    const api = await parts.apis.of(work.bot);
    return new GrowingAnswer(work, parts, api, locale, await cardsOf(work, parts));
  }

  private constructor(work: Try, parts: AnsweringParts, api: FeishuApi, locale: Locale, left: CardRow[]) {
    this.#work = work;
    this.#parts = parts;
    this.#api = api;
    this.#locale = locale;
    this.#pace = parts.paces.enter(work.bot.id);
    this.#cards = left.map((row) => new GrowingCard(api, row, true));
    work.replies.push(...left);
  }

  /** Whether anything of it stands in the chat. */
  get hasBegun(): boolean {
    return this.#cards.length > 0;
  }

  /** Nothing of it may stay, nor be said in another way. */
  get isWithheld(): boolean {
    return this.#withheld !== undefined;
  }

  get lastMessageId(): string | null {
    return this.#cards.at(-1)?.row.messageId ?? null;
  }

  /** What was shown last, or by an earlier try. */
  get written(): Written {
    return this.#wanted ?? { text: this.#cards.map(({ row }) => row.text ?? "").join("\n") };
  }

  /** Returns at once: it is drawn as soon as the pace allows it. */
  show(written: Written): void {
    this.#wanted = written;
    if (this.#isQuiet || this.#ending.signal.aborted) return;
    this.#growing ??= this.#grow().finally(() => {
      this.#growing = undefined;
    });
  }

  async #grow(): Promise<void> {
    while (this.#wanted && this.#wanted !== this.#drawn && !this.#isQuiet) {
      await this.#pace.wait(AbortSignal.any([this.#ending.signal, this.#work.lease.signal]));
      if (this.#ending.signal.aborted || this.#work.lease.signal.aborted) return;
      const wanted = this.#wanted;
      const startedAt = performance.now();
      const pages = this.#pagesOf(wanted);
      const reckonedMs = performance.now() - startedAt;
      try {
        await this.#draw(wanted, pages);
        this.#drawn = wanted;
        this.#pace.went(reckonedMs);
      } catch (error) {
        await this.#bear(error);
      }
    }
  }

  async #draw(written: Written, pages: string[]): Promise<void> {
    for (const [index, page] of pages.entries()) {
      const isLast = index === pages.length - 1;
      const card = this.#cards[index];
      if (!isLast) await this.#put(index, written, page, {});
      else if (!card?.row.messageId || card.shown === undefined || !card.isGrowing)
        await this.#put(index, written, page, { growing: true });
      else await card.write(page);
    }
  }

  /** Growing is a courtesy: whatever goes wrong with it, the whole answer comes in the end. */
  async #bear(error: unknown): Promise<void> {
    const trouble = error instanceof FeishuError ? cardTroubleOf(error) : "later";
    this.#parts.logger.debug(
      { err: error, botId: this.#work.bot.id, trouble },
      "answer could not be updated while being written",
    );
    if (trouble === "later") return this.#pace.slowDown(error instanceof FeishuError ? error.retryAfterMs : undefined);
    if (error instanceof FeishuError && isWithheld(error)) this.#withheld = { text: this.#wanted?.text ?? "", error };
    if (trouble === "image" && this.#plainer(trouble, this.#wanted?.text ?? "")) return;
    if (trouble !== "closed" || this.#reopenings === MAX_REOPENINGS) {
      this.#isQuiet = true;
      return;
    }
    this.#reopenings += 1;
    await this.#cards
      .at(-1)
      ?.reopen()
      .catch(() => {
        this.#isQuiet = true;
      });
  }

  /** Lands the whole of it. Rejects where a later try may do better. */
  async finish(written: Written): Promise<Rest> {
    await this.settle();
    const { text: refused, error } = this.#withheld ?? {};
    // Another text may have taken the place of what was refused.
    if (refused !== undefined && written.text.startsWith(refused.trim())) throw error;
    for (let index = 0; index < this.#pagesOf(written).length; index += 1) {
      const rest = await this.#land(index, written);
      if (rest) return rest.text.trim() === "" ? null : rest;
    }
    await this.#takeBackFrom(this.#pagesOf(written).length);
    return null;
  }

  /** Nothing more is drawn, and the cards stay as they are: a later try goes on with them. */
  async settle(): Promise<void> {
    this.#ending.abort();
    await this.#growing;
    this.#pace.leave();
  }

  /** Another kind of answer comes instead. */
  async takeBack(): Promise<void> {
    await this.settle();
    await this.#takeBackFrom(0);
  }

  async #land(index: number, written: Written): Promise<Rest> {
    for (let tries = 1; ; tries += 1) {
      const pages = this.#pagesOf(written);
      const page = pages[index] ?? "";
      try {
        await this.#put(index, written, page, { isLast: index >= pages.length - 1 });
        return null;
      } catch (error) {
        if (!(error instanceof FeishuError)) throw error;
        const trouble = cardTroubleOf(error);
        if (trouble === "withheld") {
          this.#withheld = { text: written.text, error };
          throw error;
        }
        // The question is gone: there is nothing to reply to, in whatever way.
        if (error.kind === "target-gone" && !this.#cards[index]?.row.messageId) throw error;
        if (trouble === "later") await waitForFeishu(error, tries, this.#work.lease);
        else if (this.#plainer(trouble, written.text)) continue;
        else if (trouble === "gone" && (await this.#patched(index, written, page, index >= pages.length - 1)))
          return null;
        else return this.#giveUp(index, pages, error);
      }
    }
  }

  /** Whether the text has a form that Feishu may rather take; it is drawn in that from now on. */
  #plainer(trouble: CardTrouble, text: string): boolean {
    if (trouble !== "image" && trouble !== "content") return false;
    const shown = FORMS[this.#form]?.(text);
    const first = trouble === "image" ? this.#form + 1 : SIMPLEST;
    const next = FORMS.findIndex((form, index) => index >= first && form(text) !== shown);
    if (next <= this.#form) return false;
    this.#form = next;
    return true;
  }

  /** The card's message takes another card in its place. */
  async #patched(index: number, written: Written, page: string, isLast: boolean): Promise<boolean> {
    const card = this.#cards[index];
    if (!card?.row.messageId) return false;
    try {
      await patchCard(this.#api, card.row.messageId, this.#json(index, written, page, { isLast }));
      card.note(page);
      return true;
    } catch (error) {
      if (!(error instanceof FeishuError) || !error.isRefusal || isWithheld(error)) throw error;
      return false;
    }
  }

  /** What a card cannot show is sent in another way, and not twice: the card goes, or keeps what it shows. */
  async #giveUp(index: number, pages: string[], error: FeishuError): Promise<Rest> {
    const card = this.#cards[index];
    const rest = (from: number) => pages.slice(from).join("\n");
    const stays = card !== undefined && !(await this.#takeBack(card));
    await this.#takeBackFrom(index + (stays ? 1 : 0));
    const page = pages[index] ?? "";
    if (!stays || !card.shown || !page.startsWith(card.shown)) return { text: rest(index), error };
    return { text: [page.slice(card.shown.length), ...pages.slice(index + 1)].join("\n"), error };
  }

  async #takeBackFrom(index: number): Promise<void> {
    for (const card of this.#cards.slice(index)) await this.#takeBack(card);
  }

  async #takeBack(card: GrowingCard): Promise<boolean> {
    const { row } = card;
    await this.#work.lease.requireHeld();
    try {
      if (row.messageId) await recall(this.#api, row.messageId);
    } catch (error) {
      if (!isGone(error)) {
        this.#parts.logger.info({ err: error, botId: this.#work.bot.id }, "card was not recalled");
        return false;
      }
    }
    this.#work.usedUp.add(row.uuid);
    await forgetCard(this.#parts.db, this.#work.bot.id, row.uuid);
    this.#cards.splice(this.#cards.indexOf(card), 1);
    this.#work.replies.splice(this.#work.replies.indexOf(row), 1);
    return true;
  }

  /** Reckoned once for what is drawn in several steps: a long text takes its time. */
  #pagesOf(written: Written): string[] {
    const { text, thoughts } = written;
    const known = this.#paged;
    const form = this.#form;
    if (known?.written === written && known.form === form) return known.pages;
    const shown = FORMS[form]?.(text) ?? text;
    const bytes = PAGE_LIMITS.bytes - (thoughts ? ROOM_FOR_THOUGHTS : 0);
    const pages = this.#growingPages.of(shown, { ...PAGE_LIMITS, bytes }).slice(0, MAX_CARDS);
    this.#paged = { written, form, pages };
    return pages;
  }

  #json(index: number, { thoughts, note, isAnswer }: Written, text: string, { growing, isLast }: PutOptions) {
    const uuid = this.#work.answerUuid(index);
    const wantsFeedback = isLast === true && isAnswer === true && behaviorOf(this.#work.bot).feedback;
    const card: AnswerCard = {
      text,
      locale: this.#locale,
      thoughts: index === 0 ? thoughts : undefined,
      note: isLast ? note : undefined,
      growing: growing ? { uuid } : undefined,
      feedback: wantsFeedback ? { uuid, useful: 0, notUseful: 0 } : undefined,
    };
    return answerCard(card);
  }

  /** The card of a page in this state; made and sent where there is none yet. */
  async #put(index: number, written: Written, page: string, options: PutOptions): Promise<void> {
    await this.#work.lease.requireHeld();
    const json = this.#json(index, written, page, options);
    const card = this.#cards[index];
    if (!card) await this.#send(index, page, json, options);
    else {
      if (!card.row.messageId) await this.#reply(card);
      if (options.growing) await card.restart(json, page);
      else await card.complete(json, page);
    }
  }

  async #send(
    index: number,
    page: string,
    json: ReturnType<typeof answerCard>,
    { growing }: PutOptions,
  ): Promise<void> {
    const { event, bot } = this.#work;
    const at = Date.now();
    const cardId = await createCard(this.#api, json);
    const row: CardRow = { ...replyRow(event, "answer", this.#work.answerUuid(index), null, page), at, cardId };
    await keepCard(this.#parts.db, bot.id, event.id, row);
    const card = new GrowingCard(this.#api, row, growing === true);
    card.note(page);
    if (!growing) card.noteWhole(json);
    this.#cards[index] = card;
    this.#work.replies.push(row);
    await this.#work.lease.requireHeld();
    await this.#reply(card);
    if (growing && index === 0) this.#work.trace.add("firstWords");
  }

  async #reply(card: GrowingCard): Promise<void> {
    const { bot, target } = this.#work;
    if (!target) throw new Error("There is nobody to answer.");
    const { cardId, uuid } = card.row;
    const message = { msgType: "interactive", content: cardContent(cardId), uuid };
    const sent = await deliver(this.#api, target, message);
    this.#work.learnChat(sent.chatId);
    card.row.chatId ??= sent.chatId;
    card.row.messageId = sent.messageId;
    keepMessageId(this.#parts.db, bot.id, card.row).catch((err: unknown) => {
      this.#parts.logger.debug(
        { err, botId: bot.id },
        "card's message ID was not written yet; it will be written with the event result",
      );
    });
  }
}

type PutOptions = {
  /** More is to come. */
  growing?: boolean;
  /** The last page of a whole answer. */
  isLast?: boolean;
};

async function cardsOf(work: Try, { db }: AnsweringParts): Promise<CardRow[]> {
  const { event, bot } = work;
  const rows = await db
    .select()
    .from(replies)
    .where(and(eq(replies.botId, bot.id), eq(replies.eventId, event.id), eq(replies.kind, "answer")));
  for (const { uuid, messageId, cardId } of rows) if (messageId === null && cardId === null) work.usedUp.add(uuid);
  const cards: CardRow[] = [];
  for (let part = 0; part < MAX_CARDS; part += 1) {
    const row = rows.find(({ uuid }) => uuid === work.answerUuid(part));
    if (!row?.cardId) break;
    const { uuid, chatId, kind, messageId, text, cardId, at } = row;
    cards.push({ uuid, chatId, kind, messageId, text, cardId, at: at.getTime() });
  }
  return cards;
}
