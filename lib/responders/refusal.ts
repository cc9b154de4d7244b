// What the person is told where there is nothing that could be asked about: no word, and nothing that can be read.
import { describeReason, type Reason } from "@/lib/errors";
import { withoutMentions } from "@/lib/feishu/card-markdown";
import type { Belonging } from "@/lib/responders/belonging";
import type { Question } from "@/lib/responders/responder";

export const hasWords = ({ words }: Question, belongings: Belonging[]): boolean =>
  words !== "" || belongings.some(({ kind, text }) => kind !== "image" && Boolean(text));

/** `sees`: whether an image would do. */
export async function refusalOf(
  question: Question,
  belongings: Belonging[],
  sees: () => Promise<boolean>,
): Promise<string | undefined> {
  if (hasWords(question, belongings)) return undefined;
  const hasImage = belongings.some(({ kind }) => kind === "image");
  if (hasImage && (await sees())) return undefined;
  const blind: Reason[] = hasImage ? [{ code: "reading.imagesUnseen" }] : [];
  const problems = [...blind, ...belongings.flatMap(({ problem }) => problem ?? [])];
  const locale = (await question.locale?.()) ?? "en";
  const words = [...new Set(problems.map((problem) => describeReason(problem, locale)))].join("\n");
  // Files have whatever names people give them.
  return withoutMentions(words) || undefined;
}
