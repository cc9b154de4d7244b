// Folds the thoughts away that the model behind a service wrote into its answer, as with a model of Larkspur's own.
import { splitThoughts, ThoughtSplitter } from "@/lib/models/thoughts";
import type { Answer, AnswerContext, Responder } from "@/lib/responders/responder";

export const withFoldedThoughts =
  (responder: Responder): Responder =>
  async (question, context) => {
    const { show } = context;
    const answer = await responder(question, show ? { ...context, show: showingFolded(show) } : context);
    return folded(answer);
  };

function showingFolded(show: NonNullable<AnswerContext["show"]>): NonNullable<AnswerContext["show"]> {
  let splitter = new ThoughtSplitter();
  let read = "";
  return (textSoFar) => {
    // A service may put another text in the place of all that it said.
    if (!textSoFar.startsWith(read)) {
      splitter = new ThoughtSplitter();
      read = "";
    }
    splitter.push(textSoFar.slice(read.length));
    read = textSoFar;
    if (splitter.text.trim() !== "") show(splitter.text, splitter.thoughts || undefined);
  };
}

function folded(answer: Answer): Answer {
  const thoughts: string[] = [];
  const messages = answer.messages.map((message) => {
    if (message.format === "card") return message;
    const split = splitThoughts(message.text);
    if (split.text === message.text) return message;
    if (split.thoughts !== "") thoughts.push(split.thoughts);
    return { ...message, text: split.text.trim() };
  });
  const all = [answer.thoughts, ...thoughts].filter((part) => part !== undefined);
  return { ...answer, messages, ...(all.length > 0 ? { thoughts: all.join("\n\n") } : {}) };
}
