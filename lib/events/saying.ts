// Says something of the bot's own, beside its answers: kept with the event, and no part of what is remembered.
import { type AnsweringParts, replyRow, type Try, uuidOf } from "@/lib/events/try";
import { deliver, type Target, textContent } from "@/lib/feishu/sender";

type Options = {
  /** Another event's try that says the same has the same. */
  uuid?: string;
  /** Elsewhere than below the message. */
  target?: Target;
};

/** Retried like an answer: throws what Feishu refuses. */
export async function say(work: Try, parts: AnsweringParts, text: string, options: Options = {}): Promise<void> {
  const { event, bot, lease } = work;
  const target = options.target ?? work.target;
  if (!target) return;
  const uuid = options.uuid ?? uuidOf(event, "notice", 0);
  const api = await parts.apis.of(bot);
  await lease.requireHeld();
  const sent = await deliver(api, target, { msgType: "text", content: textContent(text), uuid });
  work.learnChat(sent.chatId);
  work.replies.push(replyRow(event, "notice", uuid, sent.messageId, text));
  work.trace.add("told");
}
