// Answers a text with the same text, and mentions nobody by it.
import { withoutMentions } from "@/lib/feishu/card-markdown";
import { refusalOf } from "@/lib/responders/refusal";
import type { Answer, Question } from "@/lib/responders/responder";

export async function echo(question: Question): Promise<Answer> {
  const isForward = question.delivered.event.message?.message_type === "merge_forward";
  const belongings = isForward ? ((await question.belongings?.("names")) ?? []) : [];
  // What was forwarded, or why there is nothing to repeat.
  const refusal =
    isForward || question.text === "" ? await refusalOf(question, belongings, async () => false) : undefined;
  const text = refusal ?? belongings.find(({ kind }) => kind === "forward")?.text ?? question.text;
  return { messages: [{ format: "text", text: withoutMentions(text) }] };
}
