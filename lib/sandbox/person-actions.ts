// What people do in the sandbox: write, react, recall, press a button, open a chat, choose from a menu, invite a bot.

import { parseJson } from "@/lib/json";
import type { Chat, Mention, Message } from "@/lib/sandbox/chats";
import type { Acknowledgement } from "@/lib/sandbox/delivery";
import type { EventEnvelope, EventHeader } from "@/lib/sandbox/events";
import * as events from "@/lib/sandbox/events";
import { randomId } from "@/lib/sandbox/ids";
import { isUpdatable, mentionOf } from "@/lib/sandbox/openapi/content";
import { beginThread, GROUP_MESSAGES_SCOPE, showCard } from "@/lib/sandbox/openapi/messages";
import type { PersonRef } from "@/lib/sandbox/people";
import { shownNameOf } from "@/lib/sandbox/room-names";
import type { SandboxState } from "@/lib/sandbox/state";
import { viewMessage } from "@/lib/sandbox/views";

export interface SayInput {
  /** The bot that is spoken to; in a group the others hear it, too. */
  appId: string;
  chatId: string;
  from: PersonRef;
  text?: string;
  /** "bot" is the bot of `appId`; a mention without its key (`@_user_1`, `@_all`) in the text is put in front. */
  mentions?: ("bot" | "all" | (string & {}))[];
  parentId?: string;
  threadId?: string;
  /** Begins a thread below the parent, or goes on with its thread. */
  inThread?: boolean;
  /** With `content` (a JSON string, or what becomes one) instead of `text`. */
  messageType?: string;
  content?: string | object;
  createTime?: number;
  /** Ids of an earlier message, to push it again as Feishu sometimes does. */
  messageId?: string;
  eventId?: string;
}

/** Hands an event of an app to delivery. */
export type Submit = (appId: string, eventType: string, event: object, header?: Partial<EventHeader>) => string;

const RECEIVE = "im.message.receive_v1";

export function say(state: SandboxState, submit: Submit, input: SayInput): { messageId: string; eventId: string } {
  const chat = state.chats.require(input.chatId);
  const from = state.people.person(input.from);
  chat.people.add(from.openId);
  const parent = input.parentId === undefined ? undefined : state.chats.message(input.parentId);
  if (input.inThread && parent) beginThread(state, parent);
  const isKnown = input.messageId !== undefined && state.chats.message(input.messageId) !== undefined;
  const message = state.chats.add({
    chat,
    sender: { kind: "person", id: from.openId, name: from.name },
    messageType: input.messageType ?? "text",
    ...contentOf(state, input),
    parent,
    threadId: input.threadId ?? (chat.isTopic && !parent ? randomId("omt_") : undefined),
    messageId: input.messageId,
    createTime: input.createTime,
  });
  if (!isKnown) state.signals.emit("message", viewMessage(message, state.cards));
  const event = events.messageReceived(chat, message, from);
  let eventId = "";
  for (const appId of listeners(state, chat, message)) {
    const isAddressed = appId === input.appId;
    const header = isAddressed && input.eventId !== undefined ? { event_id: input.eventId } : {};
    const submitted = submit(appId, RECEIVE, event, header);
    if (isAddressed) eventId = submitted;
  }
  return { messageId: message.messageId, eventId };
}

/** Bots that hear a message: in a group only the mentioned ones and those with the scope for all messages. */
function listeners(state: SandboxState, chat: Chat, message: Message): string[] {
  const isAll = message.content.includes("@_all");
  return [...chat.appIds].filter((appId) => {
    const app = state.apps.get(appId);
    if (!app || chat.kind === "p2p" || isAll || app.scopes === null) return app !== undefined;
    return app.scopes.includes(GROUP_MESSAGES_SCOPE) || message.mentions.some(({ openId }) => openId === app.openId);
  });
}

function contentOf(state: SandboxState, input: SayInput): { content: string; mentions: Mention[] } {
  const mentions: Mention[] = [];
  const keys = (input.mentions ?? []).map((mention) => {
    if (mention === "all") return "@_all";
    const openId = mention === "bot" ? state.apps.require(input.appId).openId : mention;
    const key = `@_user_${mentions.length + 1}`;
    const found = mentionOf(state, openId, key);
    if (!found) throw new Error(`Nobody in the sandbox has the open_id ${mention}.`);
    mentions.push(found);
    return key;
  });
  if (input.content !== undefined) {
    return { content: typeof input.content === "string" ? input.content : JSON.stringify(input.content), mentions };
  }
  const text = input.text ?? "";
  const missing = keys.filter((key) => !text.includes(key));
  return { content: JSON.stringify({ text: [...missing, text].join(" ") }), mentions };
}

/** Tells every bot of the message's chat. */
function tell(state: SandboxState, submit: Submit, message: Message, eventType: string, event: object): void {
  for (const appId of state.chats.require(message.chatId).appIds) submit(appId, eventType, event);
}

function requireMessage(state: SandboxState, messageId: string): Message {
  const message = state.chats.message(messageId);
  if (!message) throw new Error(`No message ${messageId} in the sandbox.`);
  return message;
}

/** Reacts, or takes the same reaction back. */
export function react(
  state: SandboxState,
  submit: Submit,
  input: { messageId: string; from: PersonRef; emoji: string; remove?: boolean },
): void {
  const message = requireMessage(state, input.messageId);
  const from = state.people.person(input.from);
  const mine = message.reactions.find(({ emoji, by }) => emoji === input.emoji && by.id === from.openId);
  if (input.remove ? !mine : mine) return;
  if (mine) message.reactions = message.reactions.filter((reaction) => reaction !== mine);
  else {
    const by = { kind: "person" as const, id: from.openId, name: from.name };
    message.reactions.push({ reactionId: randomId(), emoji: input.emoji, by, at: Date.now() });
  }
  state.signals.emit("change", viewMessage(message, state.cards));
  const eventType = mine ? "im.message.reaction.deleted_v1" : "im.message.reaction.created_v1";
  tell(state, submit, message, eventType, events.reaction(message, input.emoji, from));
}

export function recallMessage(state: SandboxState, submit: Submit, messageId: string): void {
  const message = requireMessage(state, messageId);
  if (message.recalled) return;
  message.recalled = true;
  message.updateTime = Date.now();
  state.signals.emit("change", viewMessage(message, state.cards));
  tell(state, submit, message, "im.message.recalled_v1", events.messageRecalled(message));
}

/** Opening a direct chat. */
export function enterChat(state: SandboxState, submit: Submit, appId: string, person: PersonRef): string {
  const operator = state.people.person(person);
  const chat = state.chats.direct(appId, operator);
  return submit(appId, "im.chat.access_event.bot_p2p_chat_entered_v1", events.chatEntered(chat, operator));
}

export function readMessages(state: SandboxState, submit: Submit, messageIds: string[], person: PersonRef): void {
  const reader = state.people.person(person);
  const [first] = messageIds.map((id) => requireMessage(state, id));
  if (first) tell(state, submit, first, "im.message.message_read_v1", events.messageRead(messageIds, reader));
}

export function chooseMenu(state: SandboxState, submit: Submit, appId: string, person: PersonRef, key: string): string {
  return submit(appId, "application.bot.menu_v6", events.menuChosen(key, state.people.person(person)));
}

function titleOf(state: SandboxState, { name, people }: Chat, appId: string): string {
  const members = [...people].flatMap((openId) => state.people.get(openId) ?? []);
  return shownNameOf({ name, people: members }, state.apps.require(appId));
}

export function addBot(state: SandboxState, submit: Submit, chatId: string, appId: string, by: PersonRef): void {
  const chat = state.chats.require(chatId);
  state.apps.require(appId);
  chat.appIds.add(appId);
  submit(
    appId,
    "im.chat.member.bot.added_v1",
    events.botMembership(chat, titleOf(state, chat, appId), state.people.person(by)),
  );
}

export function removeBot(state: SandboxState, submit: Submit, chatId: string, appId: string, by: PersonRef): void {
  const chat = state.chats.require(chatId);
  if (!chat.appIds.delete(appId)) return;
  submit(
    appId,
    "im.chat.member.bot.deleted_v1",
    events.botMembership(chat, titleOf(state, chat, appId), state.people.person(by)),
  );
}

export interface CardClick {
  messageId: string;
  from: PersonRef;
  action: events.CardAction;
}

/** `ok` is false when the bot did not answer in time or with an error: the person sees a code then. */
export interface CardClickResult {
  ok: boolean;
  eventId: string;
  toast?: unknown;
}

/** Presses a button (or fills a form) of a bot's card; resolves when the bot answered, or after the time it has for that. */
export async function pressCard(
  state: SandboxState,
  call: (appId: string, envelope: EventEnvelope) => Promise<Acknowledgement | undefined>,
  click: CardClick,
): Promise<CardClickResult> {
  const message = requireMessage(state, click.messageId);
  if (message.sender.kind !== "bot") throw new Error("Only a bot's card has buttons.");
  const app = state.apps.require(message.sender.id);
  const token = state.cardTokens.issue(app.appId, message.messageId);
  const event = events.cardAction(message, click.action, state.people.person(click.from), token);
  // This callback counts its time in microseconds.
  const envelope = events.envelope(app, "card.action.trigger", event, { create_time: `${Date.now()}000` });
  const answer = await call(app.appId, envelope);
  const result = { ok: answer?.code === 200, eventId: envelope.header.event_id };
  if (!result.ok) return result;
  const data = answer?.data as { toast?: unknown; card?: { type?: string; data?: unknown } } | undefined;
  if (data?.card?.type === "raw" && isUpdatable(shownCard(state, message))) {
    showCard(state, message, JSON.stringify(data.card.data));
  }
  return data?.toast === undefined ? result : { ...result, toast: data.toast };
}

function shownCard(state: SandboxState, message: Message): unknown {
  return state.cards.shown(message.cardId) ?? parseJson(message.content);
}
