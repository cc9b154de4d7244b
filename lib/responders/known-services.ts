// Services whose protocol is known: Dify and Coze, which keep conversations and write their answers in a stream, and n8n.
import type { Database } from "@/lib/db/client";
import type { HttpReply } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import type { Belonging } from "@/lib/responders/belonging";
import { ResponderError } from "@/lib/responders/errors";
import { withoutSecret } from "@/lib/responders/http-answer";
import { exchange, type Service, textOf } from "@/lib/responders/http-call";
import { historyBefore } from "@/lib/responders/http-history";
import { callIdOf, payloadOf } from "@/lib/responders/http-payload";
import { readN8n } from "@/lib/responders/n8n-answer";
import { blindTo, MOST_CHARACTERS, ownWords, promptOf, Room } from "@/lib/responders/prompt";
import { hasWords, refusalOf } from "@/lib/responders/refusal";
import type { Answer, AnswerContext, Question } from "@/lib/responders/responder";
import { findConversation, rememberConversation } from "@/lib/responders/service-conversations";
import {
  COZE,
  COZE_GONE,
  DIFY,
  type Dialect,
  jsonIn,
  readDialect,
  type Spoken,
} from "@/lib/responders/service-dialects";

type Asked = {
  reply: HttpReply;
  service: Service;
  bot: Pick<BotRow, "id" | "name" | "appId">;
  question: Question;
};

type Going = Asked & {
  /** What the person wrote, and before it what belongs to that. */
  words: string;
  /** Of the conversation that goes on. */
  conversationId: string | undefined;
};

export async function askKnownService(db: Database, asked: Asked, context: AnswerContext): Promise<Answer> {
  const { reply, bot, question } = asked;
  if (reply.protocol === "n8n") return askN8n(db, asked, context);
  const belongings = (await question.belongings?.("texts")) ?? [];
  const refusal = await refusalOf(question, belongings, async () => false);
  if (refusal) return { messages: [{ format: "text", text: refusal }] };
  const words = wordsFor(question, belongings, blindTo(belongings));
  if (words === "") return { messages: [] };
  const known = await knownConversation(db, asked);
  const ask = reply.protocol === "coze" ? askCoze : askDify;
  const spoken = await ask({ ...asked, words, conversationId: known?.id }, context).catch((error: unknown) => {
    if (known?.id === undefined || !isGone(error)) throw error;
    return ask({ ...asked, words, conversationId: undefined }, context);
  });
  if (known && spoken.conversationId) await rememberConversation(db, bot.id, known.key, spoken.conversationId);
  const text = spoken.text.trim();
  return { messages: text === "" ? [] : [{ format: "markdown", text }] };
}

const wordsFor = (question: Question, belongings: Belonging[], seen: ReturnType<typeof blindTo>): string =>
  promptOf(ownWords(question), belongings, seen, new Room(MOST_CHARACTERS));

/** What is tried out is no conversation of the bot's. */
const knownConversation = async (db: Database, { bot, reply, question }: Asked) =>
  question.earlier ? undefined : findConversation(db, bot.id, reply, question);

/** The service does not know the conversation any more. */
const isGone = (error: unknown): boolean =>
  error instanceof ResponderError &&
  error.reason.code === "http.refused" &&
  [404, COZE_GONE].includes(Number(error.reason.params?.status));

const withKey = (secret: string | undefined): Record<string, string> =>
  secret ? { authorization: `Bearer ${secret}` } : {};

function askDify(asked: Going, context: AnswerContext): Promise<Spoken> {
  const { reply, question, words, conversationId } = asked;
  const body = {
    query: words,
    inputs: {},
    response_mode: "streaming",
    user: userOf(question),
    ...(conversationId && { conversation_id: conversationId }),
  };
  return askDialect(DIFY, `${reply.url.replace(/\/+(chat-messages\/*)?$/, "")}/chat-messages`, body, asked, context);
}

function askCoze(asked: Going, context: AnswerContext): Promise<Spoken> {
  const { reply, question, words, conversationId } = asked;
  const url = new URL(`${reply.url.replace(/\/+(v3\/chat\/*)?$/, "")}/v3/chat`);
  if (conversationId) url.searchParams.set("conversation_id", conversationId);
  const body = {
    bot_id: reply.agentId ?? "",
    user_id: userOf(question),
    stream: true,
    auto_save_history: true,
    additional_messages: [{ role: "user", type: "question", content: words, content_type: "text" }],
  };
  return askDialect(COZE, url.href, body, asked, context);
}

function askDialect(
  dialect: Dialect,
  url: string,
  body: object,
  { service }: Asked,
  context: AnswerContext,
): Promise<Spoken> {
  const request = { url, headers: withKey(service.secret), body: JSON.stringify(body) };
  return exchange(service, request, context, async (received) => {
    const { response, host } = received;
    const type = response.headers.get("content-type") ?? "";
    if (type.includes("text/event-stream")) return readDialect(dialect, received, context);
    const body = jsonIn(await textOf(response, host));
    const whole = dialect.wholeIn(body);
    if (!whole) throw dialect.refusalIn(body, host);
    if (body) received.account.took(dialect.usageIn(body));
    return { ...whole, text: received.kept.strikeOutWhole(whole.text) };
  });
}

/** The answer of a workflow, from its webhook; an agent's memory goes by the session. */
async function askN8n(db: Database, asked: Asked, context: AnswerContext): Promise<Answer> {
  const { service, bot, question } = asked;
  const belongings = (await question.belongings?.("texts")) ?? [];
  const refusal = question.text === "" ? await refusalOf(question, belongings, async () => false) : undefined;
  if (refusal) return { messages: [{ format: "text", text: refusal }] };
  const [known, history] = await Promise.all([knownConversation(db, asked), historyBefore(db, question)]);
  const body = {
    // What stands for an image or a voice alone is enough: a workflow can fetch it.
    chatInput: hasWords(question, belongings) ? wordsFor(question, belongings, new Map()) : question.text,
    sessionId: known?.key ?? callIdOf(question),
    ...payloadOf(question, bot, history, belongings),
  };
  const request = {
    url: service.url,
    headers: { ...withKey(service.secret), "idempotency-key": callIdOf(question) },
    body: JSON.stringify(body),
  };
  return exchange(service, request, context, async (received) => ({
    messages: withoutSecret(await readN8n(received), received.kept),
  }));
}

const userOf = ({ senderId, chatId }: Question): string => senderId ?? chatId;
