// One try at one event: what everybody who handles it stands on, and what is gathered until its end.
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import type { ClaimedEvent, Outcome, SentReply } from "@/lib/events/inbox";
import type { IgnoreReason } from "@/lib/events/policy";
import { Trace } from "@/lib/events/trace";
import { replyUuid } from "@/lib/events/uuids";
import type { FeishuApis } from "@/lib/feishu/api";
import type { Identities } from "@/lib/feishu/identity";
import type { Logger } from "@/lib/logger";
import type { ResponderParts, Usage } from "@/lib/responders/responder";

export type AnsweringParts = {
  db: Database;
  apis: FeishuApis;
  identities: Identities;
  logger: Logger;
} & ResponderParts;

/** The right to handle the event, which ends when another worker has taken it over. */
export type Lease = {
  signal: AbortSignal;
  /** Throws when the right has ended: asked before anything is sent. */
  requireHeld(): Promise<void>;
};

/** What is gathered during one try; what was sent stays sent even if the rest fails. */
export class Try {
  readonly trace: Trace;
  readonly replies: SentReply[] = [];
  text: string | undefined;
  usage: Usage | undefined;

  constructor(
    readonly event: ClaimedEvent,
    readonly bot: BotRow,
    readonly lease: Lease,
    /** Aborted when somebody wants the answer to end where it is. */
    readonly stop: AbortSignal,
  ) {
    this.trace = new Trace(event.steps);
  }

  outcome(rest: Pick<Outcome, "status"> & Partial<Outcome>): Outcome {
    const { trace, replies, text, usage } = this;
    const first = replies.find(({ kind }) => kind === "answer");
    if (first && usage) Object.assign(first, usage);
    return { ...(text === undefined ? {} : { text }), steps: trace.steps, replies, ...rest };
  }

  ignored(reason: IgnoreReason): Outcome {
    this.trace.add("ignored");
    return this.outcome({ status: "ignored", reason: `event.${reason}` });
  }
}

export const uuidOf = ({ botId, eventId, replays }: ClaimedEvent, kind: "answer" | "apology", part: number) =>
  replyUuid({ botId, eventId, kind, replays, part });

export const replyRow = (
  event: ClaimedEvent,
  kind: SentReply["kind"],
  uuid: string,
  messageId: string,
  text: string,
): SentReply => ({ uuid, chatId: event.chatId, kind, messageId, text, at: Date.now() });
