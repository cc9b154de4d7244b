// Answers a text with the same text.
import type { Answer, Question } from "@/lib/responders/responder";

export async function echo(question: Question): Promise<Answer> {
  return { messages: [{ format: "text", text: question.text }] };
}
