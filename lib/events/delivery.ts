// Brings an answer into the chat, while it is written and in the end: growing in cards, or in plain messages.
import { behaviorOf } from "@/lib/bots/behavior";
import { GrowingAnswer, type Written } from "@/lib/events/growing-answer";
import { languageOf } from "@/lib/events/language";
import { PlainAnswer } from "@/lib/events/plain-answer";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { hasTable } from "@/lib/feishu/card-markdown";
import type { MessageContent } from "@/lib/feishu/sender";
import type { Answer } from "@/lib/responders/responder";
import { type Locale, translate } from "@/lib/text/translate";

export class Delivery {
  readonly #work: Try;
  readonly #parts: AnsweringParts;
  #opening: Promise<GrowingAnswer> | undefined;
  #growing: GrowingAnswer | undefined;
  #latest: Written | undefined;

  constructor(work: Try, parts: AnsweringParts) {
    this.#work = work;
    this.#parts = parts;
  }

  get #locale(): Locale {
    return languageOf(this.#work.text ?? "");
  }

  /** Whether anything was handed to the chat by this try. */
  get hasShown(): boolean {
    return this.#latest !== undefined;
  }

  /** The answer as far as it is written; seen in the chat as soon as may be. */
  show(text: string, thoughts?: string): void {
    const written = { text, thoughts };
    this.#latest = written;
    if (this.#growing) this.#growing.show(written);
    else
      this.#open().then(
        (growing) => growing.show(this.#latest ?? written),
        (err: unknown) =>
          this.#parts.logger.info({ err, botId: this.#work.bot.id }, "answer cannot be shown while being written"),
      );
  }

  /** The whole answer. Rejects where a later try may do better. */
  async send(contents: MessageContent[], { thoughts, cutBy }: Pick<Answer, "thoughts" | "cutBy"> = {}): Promise<void> {
    const [only, ...more] = contents;
    const plain = new PlainAnswer(this.#work, this.#parts, this.#locale);
    if (only?.format !== "markdown" || more.length > 0 || !(cutBy || (await this.#isForCards(only.text)))) {
      await this.#takeBack();
      return plain.send(contents);
    }
    const growing = await this.#open();
    const note = cutBy && translate(this.#locale, `replies.cut.${cutBy}`);
    const rest = await growing.finish({ text: only.text, thoughts, note, isAnswer: true });
    if (rest) await plain.sendRest(rest.text);
    else this.#work.trace.add("replied");
  }

  /** Ends it where it is. */
  async stop(): Promise<void> {
    await this.#end(translate(this.#locale, "replies.stopped"));
  }

  /** Ends what has begun with an apology. Gives the message that shows it; null where nothing has begun, or it cannot be shown there. */
  async apologise(apology: string): Promise<string | null> {
    return this.#end(apology);
  }

  /** A later try goes on. */
  async leave(): Promise<void> {
    const growing = await this.#opening?.catch(() => undefined);
    await growing?.settle();
  }

  /** Nothing is to be said after all. */
  async withdraw(): Promise<void> {
    await this.#takeBack();
  }

  async #isForCards(text: string): Promise<boolean> {
    if (this.hasShown || behaviorOf(this.#work.bot).feedback || hasTable(text)) return true;
    return this.#mayHaveBegun && (await this.#open()).hasBegun;
  }

  async #end(note: string): Promise<string | null> {
    if (!this.#opening && !this.#mayHaveBegun) return null;
    const growing = await this.#open();
    await growing.settle();
    if (growing.isWithheld) await growing.takeBack();
    if (!growing.hasBegun) return null;
    const { text, thoughts } = growing.written;
    const rest = await growing.finish({ text, thoughts, note });
    return rest ? null : growing.lastMessageId;
  }

  async #takeBack(): Promise<void> {
    if (this.#opening || this.#mayHaveBegun) await (await this.#open()).takeBack();
  }

  /** An earlier try, or one that a restart took back, may have left cards. */
  get #mayHaveBegun(): boolean {
    const { kind } = this.#work.bot.reply;
    return this.#work.event.attempts > 1 || (kind !== "echo" && kind !== "none");
  }

  #open(): Promise<GrowingAnswer> {
    this.#opening ??= GrowingAnswer.open(this.#work, this.#parts, this.#locale).then((growing) => {
      this.#growing = growing;
      return growing;
    });
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }
}
