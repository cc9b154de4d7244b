// One try at one event: what everybody who handles it stands on, and what is gathered until its end.
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import { AnswerCalls } from "@/lib/events/answer-calls";
import type { Asides } from "@/lib/events/asides";
import type { Delivery } from "@/lib/events/delivery";
import type { Payload } from "@/lib/events/envelope";
import type { ClaimedEvent, Outcome, SentReply } from "@/lib/events/inbox";
import type { Paces } from "@/lib/events/pace";
import type { IgnoreReason } from "@/lib/events/policy";
import type { Reactions } from "@/lib/events/reactions";
import { Trace } from "@/lib/events/trace";
import { replyUuid } from "@/lib/events/uuids";
import type { FeishuApis } from "@/lib/feishu/api";
import type { Identities } from "@/lib/feishu/identity";
import { receiverOf, type Target } from "@/lib/feishu/sender";
import type { Logger } from "@/lib/logger";
import type { ResponderParts, Usage } from "@/lib/responders/responder";

export type AnsweringParts = {
  db: Database;
  bus: Bus;
  asides: Asides;
  reactions: Reactions;
  apis: FeishuApis;
  identities: Identities;
  paces: Paces;
  logger: Logger;
} & ResponderParts;

/** The right to handle the event, which ends when another worker has taken it over. */
export type Lease = {
  signal: AbortSignal;
  /** Throws when the right has ended: asked before anything is sent. */
  requireHeld(): Promise<void>;
};

const USED_UP_STEP = 100_000; // more than an answer has parts, in whatever way it is sent

export type EarlierMessage = { messageId: string; payload: Payload };

/** What is gathered during one try; what was sent stays sent even if the rest fails. */
export class Try {
  readonly trace: Trace;
  readonly replies: SentReply[] = [];
  text: string | undefined;
  /** The messages that are answered with this one, oldest first. */
  earlier: EarlierMessage[] = [];
  usage: Usage | undefined;
  readonly calls = new AnswerCalls();
  /** Set once it is known who is to answer. */
  answeredBy: Outcome["answeredBy"];
  delivery: Delivery | undefined;
  /** Of messages that were taken back: Feishu drops what is sent under them again. */
  readonly usedUp = new Set<string>();

  constructor(
    readonly event: ClaimedEvent,
    readonly bot: BotRow,
    readonly lease: Lease,
    /** Aborted when somebody wants the answer to end where it is. */
    readonly stop: AbortSignal,
  ) {
    this.trace = new Trace(event.steps);
  }

  /** Where the answer goes: below the message, or to the person where there is none. */
  get target(): Target | null {
    const { messageId, senderId } = this.event;
    if (messageId !== null) return { messageId };
    return senderId === null ? null : receiverOf(senderId);
  }

  /** Some events do not say in which chat they happened; what was sent there does. */
  learnChat(chatId: string | null): void {
    this.event.chatId ??= chatId;
  }

  /** The `uuid` of a part of the answer. */
  answerUuid(part: number): string {
    for (let number = part; ; number += USED_UP_STEP) {
      const uuid = uuidOf(this.event, "answer", number);
      if (!this.usedUp.has(uuid)) return uuid;
    }
  }

  outcome(rest: Pick<Outcome, "status"> & Partial<Outcome>): Outcome {
    const { trace, replies, text, usage, answeredBy } = this;
    const first = replies.find(({ kind }) => kind === "answer");
    if (first && usage) Object.assign(first, usage);
    const asked = this.calls.kept;
    return {
      ...(text === undefined ? {} : { text }),
      ...(answeredBy === undefined ? {} : { answeredBy }),
      ...(asked === undefined ? {} : { asked }),
      steps: trace.steps,
      replies,
      ...rest,
    };
  }

  /** Taken up again after `afterMs`, in `lane`, as if this try had not been. */
  later(afterMs: number, lane?: string): Outcome {
    return this.outcome({ status: "pending", afterMs, isUntried: true, ...(lane === undefined ? {} : { lane }) });
  }

  ignored(reason: IgnoreReason): Outcome {
    this.trace.add("ignored");
    return this.outcome({ status: "ignored", reason: `event.${reason}` });
  }
}

export const uuidOf = (
  { botId, eventId, replays }: ClaimedEvent,
  kind: "answer" | "apology" | "notice",
  part: number,
) => replyUuid({ botId, eventId, kind, replays, part });

export const replyRow = (
  event: ClaimedEvent,
  kind: SentReply["kind"],
  uuid: string,
  messageId: string | null,
  text: string,
): SentReply => ({ uuid, chatId: event.chatId, kind, messageId, text, at: Date.now() });
