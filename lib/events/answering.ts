// What is done with one event, and what follows when that fails: another try, or an apology.
import type { Reason } from "@/lib/errors";
import { Delivery } from "@/lib/events/delivery";
import { handle } from "@/lib/events/handling";
import type { ClaimedEvent, Outcome } from "@/lib/events/inbox";
import { languageOf } from "@/lib/events/language";
import { MENU_CHOSEN } from "@/lib/events/menu";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import { IdentityUnknown } from "@/lib/events/reading";
import { type Failure, isDeferred, planRetry } from "@/lib/events/retries";
import { Trace } from "@/lib/events/trace";
import { type AnsweringParts, replyRow, type Try, uuidOf } from "@/lib/events/try";
import { FeishuError, isGone, isWithheld } from "@/lib/feishu/errors";
import { deliver, textContent } from "@/lib/feishu/sender";
import { isQuestionTooLong, ResponderError } from "@/lib/responders/errors";
import { translate } from "@/lib/text/translate";

const MAX_INTERRUPTIONS = 5; // an event that brings the process down again and again is given up
const APOLOGY_LIMIT_MS = 15_000;
const APP_PAUSE_MS = 1_000; // where Feishu limits the whole app and does not say for how long
const CHAT_LIMIT_CODE = 230020; // too many messages to one chat or person; the bot may still write to others

/** Rejects only when the lease was lost; every other failure is an outcome. */
export async function answerEvent(
  work: Try,
  parts: AnsweringParts,
  acknowledgedAt: number | undefined,
): Promise<Outcome> {
  try {
    const outcome = await tried(work, parts, acknowledgedAt);
    if (outcome.status !== "pending") parts.reactions.end(work);
    return outcome;
  } finally {
    parts.reactions.release(work.event.id);
  }
}

async function tried(work: Try, parts: AnsweringParts, acknowledgedAt: number | undefined): Promise<Outcome> {
  const delivery = new Delivery(work, parts);
  work.delivery = delivery;
  if (acknowledgedAt !== undefined) work.trace.add("acknowledged", undefined, acknowledgedAt);
  if (work.trace.count("interrupted") >= MAX_INTERRUPTIONS) {
    return failForGood(work, parts, { code: "event.interrupted" });
  }
  if (work.trace.count("stopAsked") > 0) return stopped(work, parts);
  work.trace.add("started");
  try {
    return await handle(work, parts);
  } catch (error) {
    await delivery.leave();
    await work.lease.requireHeld();
    if (work.stop.aborted) return stopped(work, parts);
    if (isGone(error)) return takenBack(work, parts);
    return failed(work, parts, error);
  }
}

/** What was written stays in the chat; the rest is not missed. */
async function stopped(work: Try, parts: AnsweringParts): Promise<Outcome> {
  await endWhereItIs(work, parts);
  work.trace.add("stopped");
  return work.outcome({ status: "done", answeredBy: "fixed" });
}

/** Nobody waits for the answer to a message that is gone. */
async function takenBack(work: Try, parts: AnsweringParts): Promise<Outcome> {
  await endWhereItIs(work, parts);
  work.trace.add("recalled");
  return work.outcome({ status: "ignored", reason: "event.recalled" });
}

async function endWhereItIs(work: Try, parts: AnsweringParts): Promise<void> {
  await work.delivery?.stop().catch((err: unknown) => {
    parts.logger.info(
      { err, botId: work.event.botId, eventId: work.event.id },
      "stopped answer was not marked as stopped",
    );
  });
  await work.lease.requireHeld();
}

async function failed(work: Try, parts: AnsweringParts, error: unknown): Promise<Outcome> {
  const isIdentity = error instanceof IdentityUnknown;
  const { failure, reason } = describeFailure(isIdentity ? error.cause : error);
  const { event, trace } = work;
  parts.logger.warn({ err: error, botId: event.botId, eventId: event.id, attempt: event.attempts }, "answer failed");
  trace.fail(isDeferred(failure) ? "limited" : "failed", error, reason);
  const plan = planRetry(
    failure,
    event.attempts,
    trace.count("failed"),
    Date.now() - (trace.firstStartAt ?? event.receivedAt),
  );
  if (plan.again) {
    const pauseBotMs = failure.isAppLimit ? (failure.retryAfterMs ?? APP_PAUSE_MS) : undefined;
    const { afterMs, detach } = plan;
    return work.outcome({ status: "pending", error: reason, afterMs, detach, ...(pauseBotMs ? { pauseBotMs } : {}) });
  }
  return isIdentity ? work.ignored("identityUnknown") : failForGood(work, parts, reason);
}

function describeFailure(error: unknown): { failure: Failure & { isAppLimit: boolean }; reason: Reason } {
  if (error instanceof FeishuError) {
    const { retryable, retryAfterMs, reason, kind } = error;
    const isRateLimit = kind === "rate-limit";
    const isAppLimit = isRateLimit && error.feishuCode !== CHAT_LIMIT_CODE;
    return { failure: { retryable, retryAfterMs, isRateLimit, isAppLimit }, reason };
  }
  if (error instanceof ResponderError) {
    const { retryable, retryAfterMs, isRateLimit, reason } = error;
    return { failure: { retryable, retryAfterMs, isRateLimit, isAppLimit: false }, reason };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { failure: { retryable: true, isAppLimit: false }, reason: { code: "event.failed", params: { problem } } };
}

/** The outcome of a try that broke off before anything was done: the database did not answer. */
export function brokenOff(event: ClaimedEvent, error: unknown): Outcome {
  const trace = new Trace(event.steps);
  const { failure, reason } = describeFailure(error);
  trace.fail("failed", error, reason);
  const plan = planRetry(failure, event.attempts, trace.count("failed"), 0);
  const { steps } = trace;
  if (!plan.again) return { status: "failed", error: reason, steps, replies: [] };
  return { status: "pending", error: reason, steps, replies: [], afterMs: plan.afterMs, detach: plan.detach };
}

async function failForGood(work: Try, parts: AnsweringParts, error: Reason): Promise<Outcome> {
  await apologise(work, parts, error).catch((cause: unknown) => {
    parts.logger.info({ err: cause, botId: work.event.botId, eventId: work.event.id }, "apology was not sent");
  });
  await work.lease.requireHeld();
  return work.outcome({ status: "failed", error });
}

/** One short sentence to whoever waits for the answer. */
async function apologise(work: Try, parts: AnsweringParts, reason: Reason): Promise<void> {
  const { event, bot, lease, target } = work;
  const isAsked = event.eventType === MESSAGE_RECEIVED || event.eventType === MENU_CHOSEN;
  if (!isAsked || !target || !bot.enabled) return;
  const text = translate(
    languageOf(work.text ?? ""),
    isQuestionTooLong(reason) ? "replies.apologyTooLong" : "replies.apology",
  );
  const uuid = uuidOf(event, "apology", 0);
  const cardMessageId = await within(APOLOGY_LIMIT_MS, work.delivery?.apologise(text) ?? Promise.resolve(null));
  if (cardMessageId) {
    work.replies.push(replyRow(event, "apology", uuid, cardMessageId, text));
    work.trace.add("apologised");
    return;
  }
  const message = { msgType: "text", content: textContent(text), uuid };
  const api = await parts.apis.of(bot);
  await lease.requireHeld();
  const sending = deliver(api, target, message).catch((error: unknown) => {
    // Only after a clear no: otherwise the first one may have arrived.
    if (!(error instanceof FeishuError) || error.httpStatus === undefined || !event.chatId) throw error;
    if (isWithheld(error)) throw error;
    return deliver(api, { type: "chat_id", id: event.chatId }, message);
  });
  const { messageId } = await within(APOLOGY_LIMIT_MS, sending);
  work.replies.push(replyRow(event, "apology", uuid, messageId, text));
  work.trace.add("apologised");
}

async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end within ${limitMs} ms.`)), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
