// The steps of one event, as its page shows them: what happened when, and how long it took.
import type { EventStep } from "@/lib/db/documents";
import { describeReason, type Reason } from "@/lib/errors";

export type StepName =
  | "received"
  | "stored"
  | "acknowledged"
  | "started"
  /** What the message quotes or forwards. */
  | "quoted"
  /** A file. */
  | "read"
  /** Something that belongs to the message could not be read. */
  | "unread"
  /** The model was asked with less of what was said before: all of it was too long. */
  | "shortened"
  /** The answer began to be seen in the chat. */
  | "firstWords"
  | "answered"
  /** Who writes the answers will send this one by itself. */
  | "later"
  /** One of the bot's own rules, or a command, decided. */
  | "rule"
  /** Rules whose patterns are too large, or took too long. */
  | "rulesSkipped"
  | "command"
  /** It waits for what the person may write next. */
  | "gathering"
  /** It is answered with the person's next message, whose id is the detail; or earlier ones are answered with it. */
  | "merged"
  | "replied"
  /** Something was said that is no answer: a welcome, a command obeyed, quiet hours. */
  | "told"
  | "apologised"
  /** Somebody wanted the answer to end while nobody wrote it: the next try ends it. */
  | "stopAsked"
  | "stopped"
  /** The person took the message back. */
  | "recalled"
  | "ignored"
  | "failed"
  /** Feishu, or who writes the answers, asked to come back later. */
  | "limited"
  | "interrupted"
  | "replayed";

const FIRST_KEPT = 4;
const LAST_KEPT = 50;
const MAX_DETAIL = 500;
/** What decides about further tries. */
const COUNTED: readonly string[] = ["failed", "interrupted", "stopAsked"] satisfies StepName[];

export class Trace {
  readonly #steps: EventStep[];

  constructor(steps: EventStep[]) {
    this.#steps = [...steps];
  }

  add(name: StepName, detail?: string, at = Date.now()): void {
    const before = this.#steps.at(-1);
    this.#steps.push({
      at: new Date(at).toISOString(),
      name,
      ...(before ? { ms: Math.max(0, at - Date.parse(before.at)) } : {}),
      ...(detail ? { detail: detail.slice(0, MAX_DETAIL) } : {}),
    });
  }

  /** `reason` is read in the reader's language, the error's own words stand beside it. */
  fail(name: StepName, error: unknown, reason: Reason): void {
    this.#addFor(name, reason, error instanceof Error ? error.message : String(error));
  }

  /** What is no failure, with what there is to say about it. */
  note(name: StepName, reason: Reason): void {
    this.#addFor(name, reason, describeReason(reason));
  }

  #addFor(name: StepName, reason: Reason, detail: string): void {
    this.add(name, detail);
    const step = this.#steps.at(-1);
    if (step) step.reason = reason;
  }

  /** How often it happened since the event was last replayed. */
  count(name: StepName): number {
    return this.#steps.slice(this.#replayedAt + 1).filter((step) => step.name === name).length;
  }

  /** In ms: when the first try since the last replay began. */
  get firstStartAt(): number | undefined {
    const step = this.#steps[this.#firstStart];
    return step && Date.parse(step.at);
  }

  /** Where it has become long, the beginning, the latest of it, and what was counted or measured between them. */
  get steps(): EventStep[] {
    const { length } = this.#steps;
    if (length <= FIRST_KEPT + LAST_KEPT) return this.#steps;
    const replayedAt = this.#replayedAt;
    const firstStart = this.#firstStart;
    const isKept = ({ name }: EventStep, index: number) =>
      index < FIRST_KEPT ||
      index >= length - LAST_KEPT ||
      index === replayedAt ||
      index === firstStart ||
      (index > replayedAt && COUNTED.includes(name));
    return this.#steps.filter(isKept);
  }

  get #replayedAt(): number {
    return this.#steps.findLastIndex((step) => step.name === "replayed");
  }

  get #firstStart(): number {
    const replayedAt = this.#replayedAt;
    return this.#steps.findIndex(({ name }, index) => name === "started" && index > replayedAt);
  }
}
