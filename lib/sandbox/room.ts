// The small Feishu that the sandbox page shows of one bot: its people, its chats, what they do, and what goes wrong.

import { parseJson } from "@/lib/json";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { CardAction } from "@/lib/sandbox/events";
import type { CardClickResult } from "@/lib/sandbox/person-actions";
import { RoomFaults } from "@/lib/sandbox/room-faults";
import type { RoomNotes } from "@/lib/sandbox/room-keeping";
import { cloudNameOf, ROOM_PEOPLE, shownNameOf } from "@/lib/sandbox/room-names";
import { type Replays, RoomSayings } from "@/lib/sandbox/room-sayings";
import type { RoomChat, RoomFault, RoomHead, RoomMessage, RoomPerson } from "@/lib/sandbox/room-shapes";
import type { SandboxMessage } from "@/lib/sandbox/views";

const DEFAULT_PERSON = "Wang Fang";
const GROUP_PEOPLE = ["Wang Fang", "Li Lei"];
const MOST_PEOPLE = 30;
const MOST_GROUPS = 30;

export type RoomSaying = {
  /** Without it: the direct chat of the person. */
  chatId?: string | undefined;
  person?: string | undefined;
  text?: string | undefined;
  mentionBot?: boolean | undefined;
  mentionAll?: boolean | undefined;
  replyTo?: string | undefined;
  inThread?: boolean | undefined;
  /** The key of an upload, which is sent instead of words. */
  attachment?: string | undefined;
  /** Messages from any of the chats here, which are sent as one instead of words. */
  forward?: string[] | undefined;
};

export class Room {
  readonly #cloud: SandboxCloud;
  readonly #appId: string;
  readonly #changed: () => void;
  readonly #faults: RoomFaults;
  readonly #people = new Map<string, RoomPerson>();
  readonly #groups = new Map<string, string | undefined>();
  readonly #uploads = new Set<string>();
  readonly #sayings: RoomSayings;

  constructor(cloud: SandboxCloud, appId: string, changed: () => void) {
    this.#cloud = cloud;
    this.#appId = appId;
    this.#changed = changed;
    this.#faults = new RoomFaults(cloud, appId);
    this.#sayings = new RoomSayings(cloud, appId);
    for (const { name, chineseName } of ROOM_PEOPLE) {
      this.#admit(name, chineseName);
      cloud.directChat(appId, name);
    }
    // One group a bot: people of one owner's bot must not read what another's hears.
    const { chatId } = cloud.group(cloudNameOf(appId), { apps: [appId], people: GROUP_PEOPLE });
    this.#groups.set(chatId, undefined);
  }

  #admit(name: string, chineseName?: string): RoomPerson {
    const { openId } = this.#cloud.person(name);
    const person = { openId, name, ...(chineseName ? { chineseName } : {}) };
    this.#people.set(openId, this.#people.get(openId) ?? person);
    return person;
  }

  // --- what is seen ---

  /** The direct chats and groups, and whatever else the bot is in, without their messages. */
  head(botName: string, replays?: Replays): RoomHead {
    const inside = new Map(this.#cloud.chatsOf(this.#appId).map((chat) => [chat.chatId, chat]));
    const ids = new Set([...inside.keys(), ...this.#groups.keys()]);
    const chats = [...ids].flatMap((chatId) => {
      const chat = this.#cloud.chat(chatId);
      if (!chat) return [];
      const isDirect = inside.get(chatId)?.kind === "p2p";
      const title = isDirect ? chat.name : (this.#groups.get(chatId) ?? this.#titleOf(chatId, botName));
      return {
        chatId,
        kind: isDirect ? ("direct" as const) : ("group" as const),
        title,
        isTopic: chat.isTopic,
        hasBot: chat.appIds.includes(this.#appId),
        people: chat.people.map(({ openId }) => openId),
      };
    });
    const faults = this.#faults.list().map(({ at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() }));
    return { chats, people: this.#peopleOf(chats), faults, counts: this.#sayings.counts(replays) };
  }

  /** Of everything that people wrote here. */
  messageIds(): string[] {
    return this.#sayings.messageIds();
  }

  #titleOf(chatId: string, botName: string): string {
    const chat = this.#cloud.chat(chatId);
    return chat ? shownNameOf(chat, { appId: this.#appId, name: botName }) : "";
  }

  #peopleOf(chats: RoomHead["chats"]): RoomPerson[] {
    const others = chats.flatMap(({ chatId }) => this.#cloud.chat(chatId)?.people ?? []);
    for (const { name } of others) this.#admit(name);
    return [...this.#people.values()];
  }

  chats(botName: string): RoomChat[] {
    return this.head(botName).chats.map((chat) => ({
      ...chat,
      messages: this.#cloud.messages(chat.chatId).map((message) => this.show(message)),
    }));
  }

  has(chatId: string): boolean {
    return this.#groups.has(chatId) || this.#cloud.chatsOf(this.#appId).some((chat) => chat.chatId === chatId);
  }

  hasGroup(chatId: string): boolean {
    return this.#groups.has(chatId);
  }

  show(message: SandboxMessage): RoomMessage {
    const eventId = this.#sayings.eventIdOf(message.messageId);
    return {
      messageId: message.messageId,
      chatId: message.chatId,
      at: new Date(message.createTime).toISOString(),
      fromBot: message.sender.kind === "bot",
      sender: message.sender.name,
      text: message.recalled ? null : (message.text ?? null),
      messageType: message.messageType,
      content: message.recalled ? "{}" : message.content,
      ...(message.card === undefined || message.recalled ? {} : { card: message.card }),
      ...(message.forwarded && !message.recalled ? { forwarded: message.forwarded } : {}),
      ...(message.parentId ? { replyTo: message.parentId } : {}),
      ...(message.threadId ? { threadId: message.threadId } : {}),
      reactions: groupReactions(message),
      edited: message.edits > 0 && message.messageType !== "interactive",
      recalled: message.recalled,
      ...(eventId ? { eventId } : {}),
      ...(this.#isFileLost(message) ? { fileLost: true } : {}),
    };
  }

  #isFileLost({ messageType, content, recalled }: SandboxMessage): boolean {
    if (recalled || !["file", "audio", "media"].includes(messageType)) return false;
    const { file_key: key } = (parseJson(content) ?? {}) as { file_key?: unknown };
    return typeof key === "string" && !this.#cloud.resource(key);
  }

  /** What somebody uploaded here or a message here shows. */
  resource(key: string): { bytes: Buffer; fileName: string } | undefined {
    const isShown = () =>
      this.#cloud
        .chatsOf(this.#appId)
        .some(({ chatId }) =>
          this.#cloud
            .messages(chatId)
            .some(
              ({ content, card, recalled }) => !recalled && `${content}${JSON.stringify(card) ?? ""}`.includes(key),
            ),
        );
    const resource = this.#cloud.resource(key);
    return resource?.room === this.#appId && (this.#uploads.has(key) || isShown()) ? resource : undefined;
  }

  // --- what outlives the cloud ---

  /** The chats here, those that the bot was removed from, too. */
  get chatIds(): string[] {
    return [...new Set([...this.#cloud.chatsOf(this.#appId).map(({ chatId }) => chatId), ...this.#groups.keys()])];
  }

  notes(): RoomNotes {
    return {
      people: [...this.#people.values()].map(({ openId: _, ...person }) => person),
      groups: [...this.#groups].map(([chatId, title]) => ({ chatId, ...(title === undefined ? {} : { title }) })),
      sayings: this.#sayings.notes(),
    };
  }

  resume({ people, groups, sayings }: RoomNotes): void {
    for (const { name, chineseName } of people) this.#admit(name, chineseName);
    for (const { chatId, title } of groups) this.#groups.set(chatId, title);
    this.#sayings.resume(sayings);
    this.#changed();
  }

  // --- what people do ---

  addPerson(name: string): RoomPerson | undefined {
    if (this.#people.size >= MOST_PEOPLE) return undefined;
    const person = this.#admit(name);
    this.#cloud.directChat(this.#appId, name);
    this.#changed();
    return person;
  }

  addGroup(name: string, people: readonly string[], isTopic: boolean): { chatId: string } | undefined {
    if (this.#groups.size >= MOST_GROUPS) return undefined;
    const { chatId } = this.#cloud.group(cloudNameOf(this.#appId, name), {
      people: people.map((each) => this.#name(each)),
      isTopic,
    });
    this.#groups.set(chatId, name);
    this.#cloud.addBot(chatId, this.#appId, this.#name(people[0]));
    this.#changed();
    return { chatId };
  }

  /** Invites the bot into a group, or throws it out. */
  setMember(chatId: string, isInside: boolean, person: string | undefined): boolean {
    if (!this.#groups.has(chatId)) return false;
    if (isInside) this.#cloud.addBot(chatId, this.#appId, this.#name(person));
    else this.#cloud.removeBot(chatId, this.#appId, this.#name(person));
    this.#changed();
    return true;
  }

  #name(person: string | undefined): string {
    return person === undefined ? DEFAULT_PERSON : (this.#people.get(person)?.name ?? person);
  }

  attach(input: { bytes: Buffer; fileName: string }): { key: string; kind: "image" | "file" } {
    const kind = imageTypeOf(input.bytes) ? "image" : "file";
    const { key } = this.#cloud.attach({ ...input, kind, room: this.#appId });
    this.#uploads.add(key);
    return { key, kind };
  }

  /** Undefined when there is no such chat, message or upload here. */
  say(saying: RoomSaying): { messageId: string; eventId: string; chatId: string } | undefined {
    const from = this.#name(saying.person);
    const chatId = saying.chatId ?? this.#cloud.directChat(this.#appId, from).chatId;
    if (!this.has(chatId)) return undefined;
    if (saying.replyTo !== undefined && this.#cloud.message(saying.replyTo)?.chatId !== chatId) return undefined;
    const attached = saying.attachment === undefined ? undefined : this.#attachment(saying.attachment);
    if (saying.attachment !== undefined && !attached) return undefined;
    if (saying.forward) return this.#forward(saying.forward, chatId, from);
    const mentions = [...(saying.mentionBot ? ["bot"] : []), ...(saying.mentionAll ? ["all"] : [])];
    const said = this.#cloud.say({
      appId: this.#appId,
      chatId,
      from,
      mentions,
      ...(attached ?? { text: saying.text ?? "" }),
      ...(saying.replyTo === undefined ? {} : { parentId: saying.replyTo }),
      ...(saying.inThread ? { inThread: true } : {}),
    });
    this.#note(said.messageId, said.eventId);
    return { ...said, chatId };
  }

  #forward(messageIds: string[], chatId: string, from: string): ReturnType<Room["say"]> {
    const isForwardable = (id: string) => this.#own(id)?.recalled === false;
    if (!messageIds.every(isForwardable)) return undefined;
    const said = this.#cloud.forward({ appId: this.#appId, chatId, from, messageIds });
    this.#note(said.messageId, said.eventId);
    return { ...said, chatId };
  }

  #attachment(key: string): { messageType: string; content: object } | undefined {
    const resource = this.#uploads.has(key) ? this.#cloud.resource(key) : undefined;
    if (!resource) return undefined;
    if (resource.kind === "image") return { messageType: "image", content: { image_key: key } };
    return { messageType: "file", content: { file_key: key, file_name: resource.fileName } };
  }

  #note(messageId: string, eventId: string): void {
    if (!eventId) return;
    this.#sayings.add(messageId, eventId);
    this.#changed();
  }

  /** The message, when it stands in one of the chats here. */
  #own(messageId: string): SandboxMessage | undefined {
    const message = this.#cloud.message(messageId);
    return message && this.has(message.chatId) ? message : undefined;
  }

  react(messageId: string, person: string | undefined, emoji: string, remove: boolean): boolean {
    if (!this.#own(messageId)) return false;
    this.#cloud.react({ messageId, from: this.#name(person), emoji, remove });
    return true;
  }

  recall(messageId: string): boolean {
    if (this.#own(messageId)?.sender.kind !== "person") return false;
    this.#cloud.recallMessage(messageId);
    return true;
  }

  /** Undefined when it is no message of the bot. */
  async press(messageId: string, person: string | undefined, action: CardAction): Promise<CardClickResult | undefined> {
    if (this.#own(messageId)?.sender.id !== this.#appId) return undefined;
    return this.#cloud.pressCard({ messageId, from: this.#name(person), action });
  }

  enter(person: string | undefined): void {
    this.#cloud.enterChat(this.#appId, this.#name(person));
    this.#changed();
  }

  chooseMenu(person: string | undefined, eventKey: string): void {
    this.#cloud.chooseMenu(this.#appId, this.#name(person), eventKey);
  }

  // --- what goes wrong ---

  disturb(fault: RoomFault): void {
    if (fault === "repeat" || fault === "repeatMessage") this.#repeat(fault === "repeatMessage");
    else this.#faults.begin(fault);
    this.#changed();
  }

  endFault(fault: RoomFault): void {
    this.#faults.end(fault);
    this.#changed();
  }

  /** The newest message comes again: under the same event id, or under another one. */
  #repeat(underNewId: boolean): void {
    const { messageId = "", eventId = "" } = this.#sayings.newest ?? {};
    const message = this.#cloud.message(messageId);
    if (!message) return;
    if (!underNewId) {
      this.#cloud.repush(this.#appId, eventId);
      return;
    }
    const { chatId, sender } = message;
    const again = this.#cloud.say({ appId: this.#appId, chatId, from: sender.name, text: "", messageId });
    this.#note(messageId, again.eventId);
  }
}

/** Somebody scans a QR code and agrees, or refuses; false when the code is not known any more. */
export function scanInRoom(cloud: SandboxCloud, link: string, agrees: boolean): boolean {
  const userCode = new URL(link).searchParams.get("user_code");
  if (!cloud.registrations.list().some((code) => code.userCode === userCode && code.state === "pending")) return false;
  cloud.registrations.scan(link, DEFAULT_PERSON, { refuse: !agrees });
  return true;
}

function groupReactions({ reactions }: SandboxMessage): RoomMessage["reactions"] {
  const byEmoji = new Map<string, string[]>();
  for (const { emoji, by } of reactions) byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), by.name]);
  return [...byEmoji].map(([emoji, by]) => ({ emoji, by }));
}

/** By its first bytes, never by its name: it is shown in a browser. */
export function imageTypeOf(bytes: Buffer): string | undefined {
  const starts = (hex: string) => bytes.subarray(0, hex.length / 2).toString("hex") === hex;
  if (starts("89504e470d0a1a0a")) return "image/png";
  if (starts("ffd8ff")) return "image/jpeg";
  if (starts("47494638")) return "image/gif";
  const isWebp = bytes.subarray(0, 4).toString() === "RIFF" && bytes.subarray(8, 12).toString() === "WEBP";
  return isWebp ? "image/webp" : undefined;
}
