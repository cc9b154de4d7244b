// Answers a text with the same text, and mentions nobody by it.
import { withoutMentions } from "@/lib/feishu/card-markdown";
import { refusalOf } from "@/lib/responders/refusal";
import type { Answer, Question } from "@/lib/responders/responder";

export async function echo(question: Question): Promise<Answer> {
  const isForward = question.delivered.event.message?.message_type === "merge_forward";
  const text = isForward ? await forwardedText(question) : question.text;
  return { messages: [{ format: "text", text: withoutMentions(text) }] };
}

/** What was forwarded, or why it cannot be read. */
async function forwardedText(question: Question): Promise<string> {
  const belongings = (await question.belongings?.("names")) ?? [];
  const refusal = await refusalOf(question, belongings, async () => false);
  return refusal ?? belongings.find(({ kind }) => kind === "forward")?.text ?? question.text;
}
