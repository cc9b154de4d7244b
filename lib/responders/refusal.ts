// What the person is told where there is nothing that could be asked about: no word, and nothing that can be read.
import { describeReason, type Reason } from "@/lib/errors";
import { withoutMentions } from "@/lib/feishu/card-markdown";
import { readMessage } from "@/lib/feishu/message";
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
  const told = [...blind, ...belongings.flatMap(({ problem }) => problem ?? [])];
  const problems = told.length > 0 ? told : [wordlessness(question)];
  const locale = (await question.locale?.()) ?? "en";
  const words = [...new Set(problems.map((problem) => describeReason(problem, locale)))].join("\n");
  // Files have whatever names people give them.
  return withoutMentions(words);
}

/** Of a message that consists of nothing that can be read: nobody who wrote to the bot waits for nothing. */
function wordlessness({ delivered }: Question): Reason {
  const { message = {} } = delivered.event;
  const type = message.message_type ?? "text";
  if (type === "text" || type === "post") return { code: "reading.wordless" };
  if (type === "folder") return { code: "reading.folder" };
  if (type === "interactive") {
    const title = readMessage({ message }, null).unreadCard?.title ?? "";
    return title === "" ? { code: "reading.card" } : { code: "reading.cardTitled", params: { title } };
  }
  return { code: "reading.unsupported" };
}
