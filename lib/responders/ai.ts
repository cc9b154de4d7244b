// Has a model answer: with what was said before in the chat, by a second model where the first one fails.
import type { AiReply } from "@/lib/db/documents";
import type { ModelRow } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";
import { type Asked, askModel, type Told } from "@/lib/models/ask";
import { type OpenModel, openModel } from "@/lib/models/credentials";
import { noteUse } from "@/lib/models/last-use";
import { goneError, isTooLong, ModelError, wordlessError } from "@/lib/models/model-error";
import { getModelRow } from "@/lib/models/queries";
import { CallAccount, problemOf } from "@/lib/responders/calls";
import { anySees, openConversation } from "@/lib/responders/conversation-prompt";
import { ResponderError } from "@/lib/responders/errors";
import { readHistory } from "@/lib/responders/history";
import { refusalOf } from "@/lib/responders/refusal";
import type { Answer, AnswerContext, Responder, ResponderParts } from "@/lib/responders/responder";
import { filledText } from "@/lib/responders/system-prompt";

type Named = { id: string; model: OpenModel };
type Ask = (named: Named) => Promise<Told>;

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
    const askRemembering = async ({ id, model }: Named, remembered: number) => {
      const messages = await conversation.messagesFor(model.seesImages, context.signal, remembered);
      const told = await askNoted({ id, model }, context, {
        system,
        messages,
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
    const ask: Ask = (named) =>
      withLess(history.length, (remembered) => askRemembering(named, remembered), {
        isWorthIt: (error) => isTooLong(error) && !progress.hasBegun,
        onLess: (remembered) =>
          context.note?.({
            code: "model.lessHistory",
            params: { model: named.model.name, remembered, before: history.length },
          }),
      });
    return answerWith(await firstOf(reply, parts, ask, progress));
  };

async function askNoted({ id, model }: Named, context: AnswerContext, asked: Asked): Promise<Told> {
  const account = new CallAccount({ name: model.name, modelId: id });
  const prompt = { system: asked.system, messages: asked.messages };
  const kept = new KeptSecret(model.apiKey, ...secretsIn(model.baseUrl));
  try {
    const told = await askModel(model, asked);
    if (told.firstTokenMs !== undefined) account.hasBegun(told.firstTokenMs);
    account.took(told);
    context.noteCall?.(account.end({ prompt, kept }));
    return told;
  } catch (error) {
    context.noteCall?.(account.end({ prompt, kept }, problemOf(error)));
    throw error;
  }
}

const SHARES = [1 / 2, 1 / 8, 0]; // of the history, where all of it is more than the model can read

/** With all that was said before, and with less of it as long as that is too much. */
async function withLess(
  all: number,
  ask: (remembered: number) => Promise<Told>,
  { isWorthIt, onLess }: { isWorthIt(error: unknown): boolean; onLess(remembered: number): void },
): Promise<Told> {
  // Questions with their answers.
  const fewer = SHARES.map((share) => Math.floor((all * share) / 2) * 2);
  for (let remembered = all; ; ) {
    try {
      return await ask(remembered);
    } catch (error) {
      const less = fewer.find((count) => count < remembered);
      if (less === undefined || !isWorthIt(error)) throw error;
      remembered = less;
      onLess(less);
    }
  }
}

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
    try {
      const told = await ask({ id: modelId, model });
      await note(parts, row, null);
      return { told, model };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      await note(parts, row, error.reason);
      throw named(error, row);
    }
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

/** A database that is away must not cost the answer: the next use is noted again. */
const note = (parts: ResponderParts, row: ModelRow, problem: Reason | null): Promise<void> =>
  noteUse(parts.db, row, problem).catch(() => undefined);

/** The reader is led to the model. */
function named(error: ModelError, { id, name }: ModelRow): ModelError {
  const { reason, retryable, isRateLimit, retryAfterMs } = error;
  const params = { ...reason.params, modelId: id, modelName: name };
  return new ModelError({ ...reason, params }, { retryable, isRateLimit, retryAfterMs, cause: error.cause });
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
