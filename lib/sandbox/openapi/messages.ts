// The message calls: create, reply, change a card, edit, recall, get, list.
import { z } from "zod";
import { parseJson } from "@/lib/json";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { isNode } from "@/lib/sandbox/cards";
import type { Chat, Message } from "@/lib/sandbox/chats";
import { randomId } from "@/lib/sandbox/ids";
import {
  type ApiAnswer,
  type ApiCall,
  ApiError,
  type ApiRoute,
  INVALID_PARAM,
  page,
  param,
  parseBody,
} from "@/lib/sandbox/openapi/api";
import { cardForm } from "@/lib/sandbox/openapi/card-forms";
import { isUpdatable, judgeContent } from "@/lib/sandbox/openapi/content";
import { apiMessage, requireMessage, requireOwnMessage, sendFields, sendMessage } from "@/lib/sandbox/openapi/sending";
import type { SandboxState } from "@/lib/sandbox/state";
import { viewMessage } from "@/lib/sandbox/views";

const CODE = {
  rateLimit: 230020,
  notInChat: 230002,
  notRecallable: 230026,
  lacksPermission: 230027,
  tooOld: 230031,
  badReceiver: 230034,
  unsupportedType: 230054,
  notSender: 230071,
  editsUsedUp: 230072,
};

const SEND_SCOPES = ["im:message", "im:message:send_as_bot", "im:message:send"];
const READ_SCOPES = ["im:message", "im:message:readonly", "im:message.history:readonly"];
/** What is said in a group without a mention of the bot, and a group's history. */
export const GROUP_MESSAGES_SCOPE = "im:message.group_msg";
const UPDATE_SCOPES = ["im:message", "im:message:send_as_bot", "im:message:update"];

// A card may be changed for 14 days; a text may be edited 20 times.
const CARD_UPDATE_MS = 14 * 24 * 3_600_000;
const MAX_EDITS = 20;

const createBody = sendFields.extend({ receive_id: z.string().min(1) });
const replyBody = sendFields.extend({ reply_in_thread: z.boolean().optional() });
const patchBody = z.object({ content: z.string().min(1) });
const editBody = z.object({ msg_type: z.string(), content: z.string().min(1) });

export const messageRoutes: ApiRoute[] = [
  { method: "POST", path: "/im/v1/messages", scopes: SEND_SCOPES, handle: create },
  { method: "POST", path: "/im/v1/messages/:message_id/reply", scopes: SEND_SCOPES, handle: reply },
  { method: "PATCH", path: "/im/v1/messages/:message_id", scopes: UPDATE_SCOPES, handle: patchCard },
  { method: "PUT", path: "/im/v1/messages/:message_id", scopes: UPDATE_SCOPES, handle: edit },
  { method: "DELETE", path: "/im/v1/messages/:message_id", scopes: SEND_SCOPES, handle: recall },
  { method: "GET", path: "/im/v1/messages/:message_id", scopes: READ_SCOPES, handle: get },
  { method: "GET", path: "/im/v1/messages", scopes: READ_SCOPES, handle: list },
];

function create(state: SandboxState, { app, body, query }: ApiCall): ApiAnswer {
  const { receive_id, ...fields } = parseBody(createBody, body);
  const chat = receiverChat(state, app, query.get("receive_id_type") ?? "open_id", receive_id);
  return { data: apiMessage(sendMessage(state, app, { ...fields, chat })) };
}

function receiverChat(state: SandboxState, app: SandboxApp, idType: string, id: string): Chat {
  if (!["open_id", "union_id", "user_id", "email", "chat_id"].includes(idType)) {
    throw new ApiError(INVALID_PARAM, "Invalid receive_id_type.");
  }
  const person = idType === "chat_id" ? undefined : state.people.find(idType, id);
  const chat = person ? state.chats.direct(app.appId, person) : state.chats.get(id);
  if (!chat || (idType !== "chat_id" && !person)) throw new ApiError(CODE.badReceiver, "The receive_id is invalid.");
  return chat;
}

function reply(state: SandboxState, call: ApiCall): ApiAnswer {
  const { reply_in_thread: inThread, ...fields } = parseBody(replyBody, call.body);
  const parent = requireMessage(state, call.app, param(call, "message_id"));
  const chat = state.chats.require(parent.chatId);
  if (inThread) beginThread(state, parent);
  return { data: apiMessage(sendMessage(state, call.app, { ...fields, chat, parent })) };
}

/** A message that has no thread below it yet gets one, and looks different from then on. */
export function beginThread(state: SandboxState, parent: Message): void {
  if (parent.threadId !== undefined) return;
  parent.threadId = randomId("omt_");
  state.signals.emit("change", viewMessage(parent, state.cards));
}

function patchCard(state: SandboxState, call: ApiCall): ApiAnswer {
  const { content } = parseBody(patchBody, call.body);
  const message = requireOwnMessage(state, call.app, param(call, "message_id"), CODE.notSender);
  if (message.messageType !== "interactive") throw new ApiError(INVALID_PARAM, "This message is NOT a card.");
  if (Date.now() - message.createTime > CARD_UPDATE_MS) {
    throw new ApiError(CODE.tooOld, "The message was sent more than 14 days ago.");
  }
  if (state.settings.rateLimits && state.rates.perMessage.take(message.messageId) > 0) {
    throw new ApiError(CODE.rateLimit, "The updates of this message trigger the rate limit.");
  }
  judgeContent(state, call.app.appId, "interactive", content);
  const shown = state.cards.shown(message.cardId) ?? parseJson(message.content);
  if (!isUpdatable(shown) || !isUpdatable(parseJson(content))) {
    throw new ApiError(INVALID_PARAM, "The card's config.update_multi is not true.");
  }
  showCard(state, message, content);
  return { msg: "ok", data: {} };
}

/** The message shows this card from here on; a card entity behind it takes it over. */
export function showCard(state: SandboxState, message: Message, content: string): void {
  const card = message.cardId === undefined ? undefined : state.cards.get(message.cardId);
  const json = parseJson(content);
  if (card && isNode(json)) state.cards.replace(card, json);
  else message.content = content;
  message.updateTime = Date.now();
  message.edits += 1;
  state.signals.emit("change", viewMessage(message, state.cards));
}

function edit(state: SandboxState, call: ApiCall): ApiAnswer {
  const { msg_type: type, content } = parseBody(editBody, call.body);
  const message = requireOwnMessage(state, call.app, param(call, "message_id"), CODE.notSender);
  if (type !== "text" && type !== "post") throw new ApiError(CODE.unsupportedType, "Only text and post can be edited.");
  if (message.edits >= MAX_EDITS) throw new ApiError(CODE.editsUsedUp, "The message has been edited 20 times.");
  const judged = judgeContent(state, call.app.appId, type, content);
  message.messageType = type;
  message.content = judged.content;
  message.mentions = judged.mentions;
  message.updateTime = Date.now();
  message.edits += 1;
  state.signals.emit("change", viewMessage(message, state.cards));
  return { data: apiMessage(message) };
}

function recall(state: SandboxState, call: ApiCall): ApiAnswer {
  const message = requireOwnMessage(state, call.app, param(call, "message_id"), CODE.notRecallable);
  message.recalled = true;
  message.updateTime = Date.now();
  state.signals.emit("change", viewMessage(message, state.cards));
  return { data: {} };
}

function get(state: SandboxState, call: ApiCall): ApiAnswer {
  const messageId = param(call, "message_id");
  const found = state.chats.message(messageId);
  const message = found?.recalled ? found : requireMessage(state, call.app, messageId);
  const isOwn = message.sender.id === call.app.appId;
  if (!isOwn && !isHistoryGranted(call.app, state.chats.require(message.chatId))) throw lacksPermission();
  const cardOf = cardForm(state, call.query);
  return { data: { items: [message, ...(message.forwarded ?? [])].map((each) => apiMessage(each, cardOf(each))) } };
}

function list(state: SandboxState, { app, query }: ApiCall): ApiAnswer {
  const container = query.get("container_id") ?? "";
  const type = query.get("container_id_type");
  const seconds = (name: string, otherwise: number) => Number(query.get(name) || otherwise);
  const from = seconds("start_time", 0) * 1000;
  const until = (seconds("end_time", Number.MAX_SAFE_INTEGER / 1000) + 1) * 1000;
  if (Number.isNaN(from) || Number.isNaN(until))
    throw new ApiError(INVALID_PARAM, "start_time and end_time are seconds.");
  const messages = contained(state, app, type, container)
    .filter(({ createTime }) => createTime >= from && createTime < until)
    .sort((a, b) => a.createTime - b.createTime);
  if (query.get("sort_type") === "ByCreateTimeDesc") messages.reverse();
  const { items, ...rest } = page(query, messages, 20, 50);
  const cardOf = cardForm(state, query);
  return { data: { ...rest, items: items.map((each) => apiMessage(each, cardOf(each))) } };
}

const lacksPermission = () => new ApiError(CODE.lacksPermission, "Lack of necessary permissions.");

const isHistoryGranted = (app: SandboxApp, chat: Chat): boolean =>
  chat.kind === "p2p" || app.scopes === null || app.scopes.includes(GROUP_MESSAGES_SCOPE);

function contained(state: SandboxState, app: SandboxApp, type: string | null, id: string): Message[] {
  if (type === "chat") {
    const chat = state.chats.get(id);
    if (!chat?.appIds.has(app.appId)) throw new ApiError(CODE.notInChat, "The bot can not be outside the group.");
    if (!isHistoryGranted(app, chat)) throw lacksPermission();
    return [...chat.messages.entries];
  }
  if (type !== "thread") throw new ApiError(INVALID_PARAM, "container_id_type is chat or thread.");
  const messages = state.chats.ofApp(app.appId).flatMap((chat) => [...chat.messages.entries]);
  return messages.filter(({ threadId }) => threadId === id);
}
