// Has a model answer: with what was said before in the chat, by a second model where the first one fails.
import type { AiReply } from "@/lib/db/documents";
import { askModel, type Told } from "@/lib/models/ask";
import { type OpenModel, openModel } from "@/lib/models/credentials";
import { goneError, ModelError, wordlessError } from "@/lib/models/model-error";
import { getModelRow } from "@/lib/models/queries";
import { anySees, openConversation } from "@/lib/responders/conversation-prompt";
import { ResponderError } from "@/lib/responders/errors";
import { readHistory } from "@/lib/responders/history";
import { refusalOf } from "@/lib/responders/refusal";
import type { Answer, AnswerContext, Responder, ResponderParts } from "@/lib/responders/responder";
import { filledText } from "@/lib/responders/system-prompt";

type Ask = (model: OpenModel) => Promise<Told>;

export const ai =
  (reply: AiReply, parts: ResponderParts): Responder =>
  async (question, context) => {
    const belongings = (await question.belongings?.("texts")) ?? [];
    const refusal = await refusalOf(question, belongings, () => anySees(reply, parts));
    if (refusal) return { messages: [{ format: "text", text: refusal }] };
    const [system, history] = await Promise.all([
      filledText(reply.systemPrompt ?? "", question, parts),
      readHistory(parts.db, question, reply.historyMessages),
    ]);
    const conversation = await openConversation(question, belongings, history, parts);
    const progress = { hasBegun: false };
    const ask: Ask = async (model) => {
      const told = await askModel(model, {
        system,
        messages: await conversation.messagesFor(model.seesImages, context.signal),
        temperature: reply.temperature,
        maxTokens: reply.maxTokens,
        silenceMs: reply.timeoutSeconds * 1000,
        signal: context.signal,
        onText: showing(reply, context, progress),
      });
      // In a group a model may be told to speak up only where it has something to say; whoever writes to it directly waits.
      if (question.delivered.chatType === "p2p" && told.text.trim() === "") throw wordlessError(model, "itself");
      return told;
    };
    return answerWith(await firstOf(reply, parts, ask, progress));
  };

const showing =
  (reply: AiReply, context: AnswerContext, progress: { hasBegun: boolean }) => (soFar: string, thoughts: string) => {
    if (!reply.stream || soFar.trim() === "") return;
    progress.hasBegun = true;
    context.show?.(soFar, thoughts || undefined);
  };

type ToldBy = { told: Told; model: OpenModel };

/** The fallback is asked as long as nobody has seen anything of the first one's answer. */
async function firstOf(
  reply: AiReply,
  parts: ResponderParts,
  ask: Ask,
  progress: { hasBegun: boolean },
): Promise<ToldBy> {
  const by = async (modelId: string): Promise<ToldBy> => {
    const row = await getModelRow(parts.db, modelId);
    if (!row) throw goneError();
    const model = openModel(parts.sealer, row);
    return { told: await ask(model), model };
  };
  try {
    return await by(reply.modelId);
  } catch (first) {
    if (!(first instanceof ModelError)) throw first;
    if (reply.fallbackModelId === undefined || progress.hasBegun) throw failureOf(first);
    return by(reply.fallbackModelId).catch((second: unknown) => {
      if (!(second instanceof ModelError)) throw second;
      // Where one of the two may work later, it is worth asking again.
      throw failureOf(!first.retryable && second.retryable ? second : first);
    });
  }
}

const failureOf = (error: ModelError): ResponderError =>
  new ResponderError(error.reason, {
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    isRateLimit: error.isRateLimit,
    cause: error,
  });

function answerWith({ told, model }: ToldBy): Answer {
  const { inputTokens, outputTokens } = told;
  return {
    messages: [{ format: "markdown", text: told.text.trim() }],
    ...(told.thoughts ? { thoughts: told.thoughts } : {}),
    ...(told.cutBy ? { cutBy: told.cutBy } : {}),
    usage: {
      model: model.name,
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
    },
  };
}
