// Answers a text with the same text, and mentions nobody by it.
import { withoutMentions } from "@/lib/feishu/card-markdown";
import type { Answer, Question } from "@/lib/responders/responder";

export async function echo(question: Question): Promise<Answer> {
  return { messages: [{ format: "text", text: withoutMentions(question.text) }] };
}
