// Services whose protocol is known: Dify and Coze, which keep conversations and write their answers in a stream, and n8n.
import type { Database } from "@/lib/db/client";
import type { HttpReply } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import { ResponderError } from "@/lib/responders/errors";
import { exchange, type Service, textOf } from "@/lib/responders/http-call";
import { callIdOf, payloadOf } from "@/lib/responders/http-payload";
import { readN8nAnswer } from "@/lib/responders/n8n-answer";
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
  /** Of the conversation that goes on. */
  conversationId: string | undefined;
};

export async function askKnownService(db: Database, asked: Asked, context: AnswerContext): Promise<Answer> {
  const { reply, bot, question } = asked;
  // Pictures, files and stickers alone: there is nothing to ask.
  if (question.text === "") return { messages: [] };
  // What is tried out is no conversation of the bot's.
  const known = question.earlier ? undefined : await findConversation(db, bot.id, reply, question);
  if (reply.protocol === "n8n") return askN8n(asked, known?.key ?? callIdOf(question), context);
  const ask = reply.protocol === "coze" ? askCoze : askDify;
  const spoken = await ask({ ...asked, conversationId: known?.id }, context).catch((error: unknown) => {
    if (known?.id === undefined || !isGone(error)) throw error;
    return ask({ ...asked, conversationId: undefined }, context);
  });
  if (known && spoken.conversationId) await rememberConversation(db, bot.id, known.key, spoken.conversationId);
  const text = spoken.text.trim();
  return { messages: text === "" ? [] : [{ format: "markdown", text }] };
}

/** The service does not know the conversation any more. */
const isGone = (error: unknown): boolean =>
  error instanceof ResponderError &&
  error.reason.code === "http.refused" &&
  [404, COZE_GONE].includes(Number(error.reason.params?.status));

const withKey = (secret: string | undefined): Record<string, string> =>
  secret ? { authorization: `Bearer ${secret}` } : {};

function askDify(asked: Going, context: AnswerContext): Promise<Spoken> {
  const { reply, question, conversationId } = asked;
  const body = {
    query: question.text,
    inputs: {},
    response_mode: "streaming",
    user: userOf(question),
    ...(conversationId && { conversation_id: conversationId }),
  };
  return askDialect(DIFY, `${reply.url.replace(/\/+(chat-messages\/*)?$/, "")}/chat-messages`, body, asked, context);
}

function askCoze(asked: Going, context: AnswerContext): Promise<Spoken> {
  const { reply, question, conversationId } = asked;
  const url = new URL(`${reply.url.replace(/\/+(v3\/chat\/*)?$/, "")}/v3/chat`);
  if (conversationId) url.searchParams.set("conversation_id", conversationId);
  const body = {
    bot_id: reply.agentId ?? "",
    user_id: userOf(question),
    stream: true,
    auto_save_history: true,
    additional_messages: [{ role: "user", type: "question", content: question.text, content_type: "text" }],
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
  return exchange(service, request, context, async (response, host, deadline) => {
    const type = response.headers.get("content-type") ?? "";
    if (!type.includes("text/event-stream")) throw dialect.refusalIn(jsonIn(await textOf(response, host)), host);
    return readDialect(dialect, response, host, deadline, context);
  });
}

/** The answer of a workflow, from its webhook; an agent's memory goes by the session. */
async function askN8n({ service, bot, question }: Asked, sessionId: string, context: AnswerContext): Promise<Answer> {
  const body = { chatInput: question.text, sessionId, ...payloadOf(question, bot, []) };
  const request = {
    url: service.url,
    headers: { ...withKey(service.secret), "idempotency-key": callIdOf(question) },
    body: JSON.stringify(body),
  };
  return exchange(service, request, context, async (response, host) => ({
    messages: readN8nAnswer(await textOf(response, host), host),
  }));
}

const userOf = ({ senderId, chatId }: Question): string => senderId ?? chatId;
