// What of a room outlives the cloud: its people, chats, newest messages with their cards and files; taken, and put back.
import { z } from "zod";
import type { CardEntity } from "@/lib/sandbox/cards";
import type { Chat, Message } from "@/lib/sandbox/chats";
import type { KeptResource, Resource } from "@/lib/sandbox/resources";
import type { SandboxState } from "@/lib/sandbox/state";

export const KEPT = {
  messages: 500,
  /** Of the messages and their cards, as JSON. */
  bytes: 1024 * 1024,
  fileBytes: 256 * 1024,
  filesBytes: 2 * 1024 * 1024,
};
/** Cards that were made and not sent yet: whoever is about to send one goes on with it. */
const UNSENT_CARDS = 20;

const sender = z.object({ kind: z.enum(["person", "bot"]), id: z.string(), name: z.string() });

const messageSchema = z.object({
  messageId: z.string(),
  chatId: z.string(),
  sender,
  messageType: z.string(),
  content: z.string(),
  mentions: z.array(
    z.object({
      ...{ key: z.string(), openId: z.string(), unionId: z.string(), userId: z.string() },
      ...{ name: z.string(), isBot: z.boolean() },
    }),
  ),
  rootId: z.string().optional(),
  parentId: z.string().optional(),
  threadId: z.string().optional(),
  createTime: z.number(),
  updateTime: z.number(),
  edits: z.number(),
  recalled: z.boolean(),
  reactions: z.array(z.object({ reactionId: z.string(), emoji: z.string(), by: sender, at: z.number() })),
  cardId: z.string().optional(),
  upperMessageId: z.string().optional(),
  get forwarded() {
    return z.array(messageSchema).optional();
  },
});

const cardSchema = z.object({
  cardId: z.string(),
  json: z.record(z.string(), z.unknown()),
  sequence: z.number(),
  createdAt: z.number(),
  streamingSince: z.number().optional(),
  messageId: z.string().optional(),
  uuids: z.array(z.string()),
});

const chatSchema = z.object({
  chatId: z.string(),
  kind: z.enum(["p2p", "group"]),
  name: z.string(),
  isTopic: z.boolean(),
  hasBot: z.boolean(),
  people: z.array(z.string()),
  messages: z.array(messageSchema),
});

/** What the room itself knows beyond the chats. */
export const roomNotesSchema = z.object({
  people: z.array(z.object({ name: z.string(), chineseName: z.string().optional() })),
  groups: z.array(z.object({ chatId: z.string(), title: z.string().optional() })),
  /** Of each message that a person wrote here: under which events it was pushed, and what came of that. */
  sayings: z.array(
    z.object({ messageId: z.string(), eventIds: z.array(z.string()), received: z.boolean(), pushes: z.number() }),
  ),
});
export type RoomNotes = z.infer<typeof roomNotesSchema>;

/** Another number whenever the form changes: what cannot be read is not put back. */
const FORM = 1;

export const keptRoomSchema = z.object({
  form: z.literal(FORM),
  appId: z.string(),
  notes: roomNotesSchema,
  chats: z.array(chatSchema),
  cards: z.array(cardSchema),
  /** Under which uuid a message was sent: a try after a restart makes no second one. */
  sent: z.array(z.object({ uuid: z.string(), messageId: z.string(), at: z.number() })),
});
export type KeptRoom = z.infer<typeof keptRoomSchema>;

type Place = { appId: string; chatIds: readonly string[] };

/** The newest messages of these chats, within the bounds; `notes` as they are, but for what speaks of older messages. */
export function takeRoom(state: SandboxState, { appId, chatIds }: Place, notes: RoomNotes): KeptRoom {
  const chats = chatIds.flatMap((chatId) => state.chats.get(chatId) ?? []);
  const kept = newest(state, chats);
  const cardIds = new Set([...kept.values()].map(({ cardId }) => cardId));
  const own = state.cards.list().filter((card) => card.appId === appId);
  const unsent = own.filter(({ messageId }) => messageId === undefined).slice(-UNSENT_CARDS);
  const cards = [...own.filter(({ cardId }) => cardIds.has(cardId)), ...unsent];
  return {
    form: FORM,
    appId,
    notes: { ...notes, sayings: notes.sayings.filter(({ messageId }) => kept.has(messageId)) },
    chats: chats.map(({ chatId, kind, name, isTopic = false, appIds, people, messages }) => ({
      ...{ chatId, kind, name, isTopic },
      hasBot: appIds.has(appId),
      people: [...people].flatMap((openId) => state.people.get(openId)?.name ?? []),
      messages: messages.entries.filter(({ messageId }) => kept.has(messageId)),
    })),
    cards: cards.map(({ appId: _, uuids, ...card }) => ({ ...card, uuids: [...uuids] })),
    sent: state.uuids.list(appId).filter(({ messageId }) => kept.has(messageId)),
  };
}

function newest(state: SandboxState, chats: Chat[]): Map<string, Message> {
  // Turned round first: of two in the same millisecond the later one is the newer.
  const messages = chats
    .flatMap((chat) => chat.messages.entries.toReversed())
    .sort((a, b) => b.createTime - a.createTime);
  let left = KEPT.bytes;
  const fits = (message: Message) => {
    const card = message.cardId === undefined ? undefined : state.cards.get(message.cardId)?.json;
    left -= Buffer.byteLength(JSON.stringify([message, card]));
    return left >= 0;
  };
  const until = messages.slice(0, KEPT.messages).findIndex((message) => !fits(message));
  const kept = messages.slice(0, until === -1 ? KEPT.messages : until);
  return new Map(kept.map((message) => [message.messageId, message]));
}

const KEYS = /\b(?:img|file)_v3_[0-9a-f]{32}\b/g;

/** The small images and files that the kept messages show, of the newest ones. */
export function takeFiles(state: SandboxState, kept: KeptRoom): Resource[] {
  const newestFirst = kept.chats.flatMap(({ messages }) => messages).sort((a, b) => b.createTime - a.createTime);
  const keys = new Set(JSON.stringify([newestFirst, kept.cards]).match(KEYS));
  let left = KEPT.filesBytes;
  return [...keys].flatMap((key) => {
    const file = state.resources.get(key);
    if (file?.room !== kept.appId || file.bytes.length > Math.min(KEPT.fileBytes, left)) return [];
    left -= file.bytes.length;
    return file;
  });
}

/** The chats must be empty: see `Chats.remove`. */
export function putRoom(state: SandboxState, kept: KeptRoom, files: readonly KeptResource[]): void {
  const { appId } = kept;
  for (const file of files) state.resources.put({ ...file, room: appId });
  for (const card of kept.cards) state.cards.put(entityOf(appId, card));
  for (const { chatId, kind, name, isTopic, hasBot, people, messages } of kept.chats) {
    const members = people.map((person) => state.people.person(person));
    const chat = kind === "p2p" ? state.chats.direct(appId, state.people.person(name)) : state.chats.group(name);
    // Its id comes of its name: never into a chat that is another one's.
    if (chat.chatId !== chatId) continue;
    if (isTopic) chat.isTopic = true;
    for (const { openId } of members) chat.people.add(openId);
    if (hasBot) chat.appIds.add(appId);
    else chat.appIds.delete(appId);
    for (const message of messages) state.chats.put(chat, message as Message);
  }
  for (const { uuid, messageId, at } of kept.sent) state.uuids.note(appId, uuid, messageId, at);
}

const entityOf = (appId: string, { uuids, ...card }: KeptRoom["cards"][number]): CardEntity => ({
  ...card,
  appId,
  streamingSince: card.streamingSince,
  messageId: card.messageId,
  uuids: new Set(uuids),
});
