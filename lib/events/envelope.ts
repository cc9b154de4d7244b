// Reads what Feishu delivered into the columns of an event, and makes its payload fit to be stored.
import { AppError } from "@/lib/errors";
import { MESSAGE_RECEIVED } from "@/lib/events/policy";
import { cleanValue } from "@/lib/events/storable";
import { type Mention, type MessageEvent, stringsIn } from "@/lib/feishu/message";
import { messageTime } from "@/lib/message-time";

export type Payload = Record<string, unknown>;

export type ReceivedEvent = {
  eventId: string;
  eventType: string;
  messageId: string | null;
  chatId: string | null;
  /** Of a direct chat always "p2p". */
  chatType: string | null;
  senderId: string | null;
  /** Feishu's time of the message, in ms. */
  sentAt: number | null;
  lane: string;
  payload: Payload;
  /** The payload's length as JSON. */
  length: number;
};

const MAX_DEPTH = 200; // PostgreSQL's JSON parser is recursive
const MAX_PAYLOAD_LENGTH = 2 * 1024 * 1024; // twice what the webhook takes
const MAX_ID_LENGTH = 256; // ids are indexed
const HIDDEN = "[hidden]";

/** Throws `invalid_input` for what is no event. Both of Feishu's forms are read: v2 with a header, v1 with a uuid. */
export function readEnvelope(envelope: unknown): ReceivedEvent {
  const payload = cleanValue(envelope, MAX_DEPTH, unusable);
  if (!isObject(payload)) throw unusable();
  const header = isObject(payload.header) ? payload.header : undefined;
  const event = isObject(payload.event) ? payload.event : {};
  const eventId = idOf(header ? header.event_id : payload.uuid);
  const eventType = idOf(header ? header.event_type : (event.type ?? payload.type));
  if (!eventId || !eventType) throw unusable();
  const masked = {
    ...mask(payload),
    ...(header && { header: mask(header) }),
    ...(isObject(payload.event) && { event: mask(event, SECRETS_OF_EVENTS) }),
  };
  const { length } = JSON.stringify(masked);
  if (length > MAX_PAYLOAD_LENGTH) throw new AppError("too_large", "events.tooLarge");
  const facts = eventType === MESSAGE_RECEIVED ? messageFacts(event) : otherFacts(event);
  const lane = eventType === MESSAGE_RECEIVED && facts.chatId ? facts.chatId : ownLane(eventId);
  return { eventId, eventType, ...facts, lane, payload: masked, length };
}

/** The lane of an event that waits for no other, and that no other waits for. */
export const ownLane = (eventId: string): string => `~${eventId}`;

/** The message inside a stored payload. What is of another kind than Feishu documents is left out: no reader may fail over it. */
export function messageOf(payload: Payload): MessageEvent {
  if (!isObject(payload.event)) return {};
  const { message, ...rest } = payload.event;
  return isObject(message) ? { ...rest, message: { ...stringsIn(message), mentions: mentionsIn(message) } } : rest;
}

const mentionsIn = ({ mentions }: Payload): Mention[] => (Array.isArray(mentions) ? mentions.filter(isMention) : []);

const isMention = (value: unknown): value is Mention =>
  isObject(value) && typeof value.key === "string" && typeof (value.name ?? "") === "string";

const unusable = () => new AppError("invalid_input", "events.noHeader");

type Facts = Pick<ReceivedEvent, "messageId" | "chatId" | "chatType" | "senderId" | "sentAt">;

function messageFacts(event: Payload): Facts {
  const message = isObject(event.message) ? event.message : {};
  const sender = isObject(event.sender) ? event.sender : {};
  return {
    messageId: idOf(message.message_id),
    chatId: idOf(message.chat_id),
    chatType: chatTypeOf(message.chat_type),
    senderId: personOf(sender.sender_id),
    sentAt: messageTime(message.create_time),
  };
}

// The other events name chat and person in various places; what is found is shown in lists, nothing depends on it.
function otherFacts(event: Payload): Facts {
  const context = isObject(event.context) ? event.context : {};
  return {
    messageId: idOf(event.message_id) ?? idOf(context.open_message_id) ?? idOf(event.open_message_id),
    chatId: idOf(event.chat_id) ?? idOf(context.open_chat_id) ?? idOf(event.open_chat_id),
    chatType: chatTypeOf(event.chat_type),
    senderId: actorsIn(event).map(personOf).find(Boolean) ?? null,
    sentAt: null,
  };
}

const actorsIn = (event: Payload): unknown[] => [
  event.operator_id,
  event.operator,
  event.user_id,
  isObject(event.operator) ? event.operator.operator_id : undefined,
  event,
];

/** Every id of whoever wrote the message or caused the event: an app names people by open_id, user_id and union_id. */
export function personIdsOf({ event }: Payload): string[] {
  if (!isObject(event)) return [];
  const people = isObject(event.sender) ? [event.sender.sender_id] : actorsIn(event);
  return idsOf(people.find((one) => personOf(one) !== null));
}

const idsOf = (value: unknown): string[] =>
  isObject(value)
    ? [value.open_id, value.user_id, value.union_id].map(idOf).filter((id): id is string => id !== null)
    : [];

const personOf = (value: unknown): string | null => idsOf(value)[0] ?? null;

// Lark says "private" of a direct chat.
function chatTypeOf(value: unknown): string | null {
  const type = idOf(value);
  return type === "private" ? "p2p" : type;
}

const idOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" && value.length <= MAX_ID_LENGTH ? value : null;

const SECRETS_OF_ENVELOPES = ["token"];
const SECRETS_OF_EVENTS = ["app_ticket"]; // with the secret of a store app it opens the data of every tenant

function mask(holder: Payload, secrets = SECRETS_OF_ENVELOPES): Payload {
  const found = secrets.filter((key) => key in holder);
  return { ...holder, ...Object.fromEntries(found.map((key) => [key, HIDDEN])) };
}

const isObject = (value: unknown): value is Payload =>
  value !== null && typeof value === "object" && !Array.isArray(value);
