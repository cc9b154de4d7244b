// Sends an answer that does not grow: each of its messages once, in the plainest way that Feishu takes.
import { eq } from "drizzle-orm";
import { replies } from "@/lib/db/schema";
import { waitForFeishu } from "@/lib/events/patience";
import { type AnsweringParts, replyRow, type Try } from "@/lib/events/try";
import { answerCard } from "@/lib/feishu/answer-card";
import type { FeishuApi } from "@/lib/feishu/api";
import { simplified, withoutImages, withoutMentions } from "@/lib/feishu/card-markdown";
import { cardPages } from "@/lib/feishu/card-writing/card-pages";
import { imagelessCard } from "@/lib/feishu/card-writing/imageless-card";
import { cardTroubleOf } from "@/lib/feishu/cards";
import { FeishuError, isWithheld } from "@/lib/feishu/errors";
import {
  deliver,
  fileContent,
  type MessageContent,
  messagesOf,
  type Outgoing,
  splitText,
  textContent,
  uploadFile,
} from "@/lib/feishu/sender";
import type { Locale } from "@/lib/text/translate";

type Message = Omit<Outgoing, "uuid" | "content"> & { content: string | (() => Promise<string>); text: string };

/** One way to send a text: in these messages. */
type Way = { base: number; messagesOf(text: string, api: FeishuApi, locale: Locale): Message[] };

// Each way numbers its parts from here: a `uuid` that Feishu has refused under one form must not be used for another.
const WAYS = {
  usual: { base: 0, messagesOf: (text) => messagesOf({ format: "markdown", text }) },
  /** An image may be made up. */
  imageless: { base: 50_000, messagesOf: (text) => messagesOf({ format: "markdown", text: withoutImages(text) }) },
  card: {
    base: 10_000,
    messagesOf: (text, _, locale) =>
      cardPages(simplified(text)).map((page) => ({
        msgType: "interactive",
        content: JSON.stringify(answerCard({ text: page, locale })),
        text: page,
      })),
  },
  post: { base: 20_000, messagesOf: (text) => messagesOf({ format: "markdown", text }) },
  text: {
    base: 30_000,
    messagesOf: (text) =>
      splitText(text).map((part) => ({ msgType: "text", content: textContent(withoutMentions(part)), text: part })),
  },
  file: {
    base: 40_000,
    messagesOf: (text, api) => [
      { msgType: "file", content: async () => fileContent(await uploadFile(api, "answer.md", text)), text },
    ],
  },
} satisfies Record<string, Way>;

export class PlainAnswer {
  readonly #work: Try;
  readonly #parts: AnsweringParts;
  readonly #locale: Locale;
  #hasBegun = false;

  constructor(work: Try, parts: AnsweringParts, locale: Locale) {
    this.#work = work;
    this.#parts = parts;
    this.#locale = locale;
  }

  async send(contents: MessageContent[]): Promise<void> {
    const sent = await this.#sentBefore();
    let part = 0;
    for (const content of contents) {
      if (content.format === "markdown") {
        const second = withoutImages(content.text) === content.text ? [] : [WAYS.imageless];
        const ways = [WAYS.usual, ...second, WAYS.text, WAYS.file];
        part += await this.#sendInSomeWay(content.text, ways, part, sent);
        continue;
      }
      for (const message of messagesOf(content)) await this.#sendWhole(content, message, part++, sent);
    }
  }

  /** A card goes without its images where Feishu does not know one of them. */
  async #sendWhole(content: MessageContent, message: Message, part: number, sent: ReadonlySet<string>): Promise<void> {
    try {
      await this.#sendOnce(message, part, sent);
    } catch (error) {
      const isImage = error instanceof FeishuError && cardTroubleOf(error) === "image";
      if (content.format !== "card" || !isImage) throw error;
      const [plainer] = messagesOf({ format: "card", card: imagelessCard(content.card) });
      if (plainer) await this.#sendOnce(plainer, WAYS.imageless.base + part, sent);
    }
  }

  /** What cards could not show. */
  async sendRest(text: string): Promise<void> {
    await this.#sendInSomeWay(text, [WAYS.card, WAYS.post, WAYS.text, WAYS.file], 0, await this.#sentBefore());
  }

  /** What one way was refused for goes the next one; what was sent by then stays. Returns how many parts it has. */
  async #sendInSomeWay(text: string, ways: Way[], first: number, sent: ReadonlySet<string>): Promise<number> {
    const api = await this.#parts.apis.of(this.#work.bot);
    let rest = text;
    let count = 0;
    for (const way of ways) {
      const messages = way.messagesOf(rest, api, this.#locale);
      if (way === ways[0]) count = messages.length;
      for (const [index, message] of messages.entries()) {
        try {
          await this.#sendOnce(message, way.base + first + index, sent);
        } catch (error) {
          if (way === ways.at(-1) || !isRefusedContent(error)) throw error;
          this.#parts.logger.info({ err: error, botId: this.#work.bot.id }, "sending the message in a simpler format");
          rest = messages
            .slice(index)
            .map(({ text: part }) => part)
            .join(way.base === WAYS.card.base ? "\n" : "");
          break;
        }
        if (index === messages.length - 1) return count;
      }
    }
    return count;
  }

  async #sendOnce({ text, content, msgType }: Message, part: number, sent: ReadonlySet<string>): Promise<void> {
    const { event, bot, lease, target } = this.#work;
    if (!target) throw new Error("There is nobody to answer.");
    const uuid = this.#work.answerUuid(part);
    if (sent.has(uuid)) {
      this.#hasBegun = true;
      return;
    }
    const api = await this.#parts.apis.of(bot);
    await lease.requireHeld();
    const filled = typeof content === "string" ? content : await content();
    const delivered = await this.#patiently(() => deliver(api, target, { msgType, content: filled, uuid }));
    this.#hasBegun = true;
    this.#work.learnChat(delivered.chatId);
    this.#work.replies.push(replyRow(event, "answer", uuid, delivered.messageId, text));
    this.#work.trace.add("replied");
  }

  /**
   * Its first message the inbox tries again. What follows must not wait for that: the next try would have another answer
   * written, whose end does not fit the beginning that was sent.
   */
  async #patiently<T>(send: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await send();
      } catch (error) {
        const isLater = error instanceof FeishuError && (error.kind === "rate-limit" || error.kind === "network");
        if (!isLater || !this.#hasBegun || this.#work.stop.aborted) throw error;
        await waitForFeishu(error, tries, this.#work.lease);
      }
    }
  }

  async #sentBefore(): Promise<ReadonlySet<string>> {
    const { event } = this.#work;
    if (event.attempts <= 1) return new Set();
    const rows = await this.#parts.db.select({ uuid: replies.uuid }).from(replies).where(eq(replies.eventId, event.id));
    return new Set(rows.map((row) => row.uuid));
  }
}

const isRefusedContent = (error: unknown): boolean =>
  error instanceof FeishuError &&
  error.isRefusal &&
  !isWithheld(error) &&
  (error.kind === "bad-content" || error.kind === "unknown");
