// What is in the chats of the simulated tenant: members, messages, reactions; bounded, oldest forgotten first.
import { randomId, stableId } from "@/lib/sandbox/ids";
import type { SandboxPerson } from "@/lib/sandbox/people";
import { Ring } from "@/lib/sandbox/ring";
import type { SandboxLimits } from "@/lib/sandbox/settings";

export interface Chat {
  readonly chatId: string;
  readonly kind: "p2p" | "group";
  name: string;
  /** In a group of topics each message that answers none begins a thread. */
  isTopic?: boolean;
  readonly appIds: Set<string>;
  /** open_ids of the people in it. */
  readonly people: Set<string>;
  readonly messages: Ring<Message>;
  readonly createdAt: number;
}

export interface Mention {
  key: string;
  openId: string;
  unionId: string;
  /** Empty for a bot. */
  userId: string;
  name: string;
  isBot: boolean;
}

export interface Reaction {
  reactionId: string;
  emoji: string;
  by: Sender;
  at: number;
}

/** `id` is an app id for a bot, an open_id for a person. */
export interface Sender {
  kind: "person" | "bot";
  id: string;
  name: string;
}

export interface Message {
  readonly messageId: string;
  readonly chatId: string;
  readonly sender: Sender;
  messageType: string;
  content: string;
  mentions: Mention[];
  readonly rootId?: string | undefined;
  readonly parentId?: string | undefined;
  threadId?: string | undefined;
  readonly createTime: number;
  updateTime: number;
  edits: number;
  recalled: boolean;
  reactions: Reaction[];
  /** The CardKit entity that it shows. */
  cardId?: string | undefined;
  /** Of a merged forward: copies of what was forwarded, each naming the message above it. */
  forwarded?: Message[];
  upperMessageId?: string;
}

export interface NewMessage {
  chat: Chat;
  sender: Sender;
  messageType: string;
  content: string;
  mentions?: Mention[];
  parent?: Message | undefined;
  threadId?: string | undefined;
  messageId?: string | undefined;
  createTime?: number | undefined;
  cardId?: string | undefined;
}

export class Chats {
  readonly #chats = new Map<string, Chat>();
  readonly #messages = new Map<string, Message>();
  readonly #limits: Pick<SandboxLimits, "chats" | "messagesPerChat">;

  constructor(limits: Pick<SandboxLimits, "chats" | "messagesPerChat">) {
    this.#limits = limits;
  }

  direct(appId: string, person: SandboxPerson): Chat {
    const chat = this.#open(stableId("oc_", "p2p", appId, person.openId), "p2p", person.name);
    chat.appIds.add(appId);
    chat.people.add(person.openId);
    return chat;
  }

  group(name: string): Chat {
    return this.#open(stableId("oc_", "group", name), "group", name);
  }

  #open(chatId: string, kind: Chat["kind"], name: string): Chat {
    const known = this.#chats.get(chatId);
    if (known) return known;
    const messages = new Ring<Message>(this.#limits.messagesPerChat, (message) => {
      for (const { messageId } of [message, ...(message.forwarded ?? [])]) this.#messages.delete(messageId);
    });
    const chat: Chat = { chatId, kind, name, appIds: new Set(), people: new Set(), messages, createdAt: Date.now() };
    this.#chats.set(chatId, chat);
    const [oldest] = this.#chats.values();
    if (this.#chats.size > this.#limits.chats && oldest) {
      this.#chats.delete(oldest.chatId);
      oldest.messages.clear();
    }
    return chat;
  }

  get(chatId: string): Chat | undefined {
    return this.#chats.get(chatId);
  }

  require(chatId: string): Chat {
    const chat = this.#chats.get(chatId);
    if (!chat) throw new Error(`No chat ${chatId} in the sandbox.`);
    return chat;
  }

  ofApp(appId: string): Chat[] {
    return [...this.#chats.values()].filter((chat) => chat.appIds.has(appId));
  }

  message(messageId: string): Message | undefined {
    return this.#messages.get(messageId);
  }

  /** A known message id changes nothing and gives the message that is there. */
  add(input: NewMessage): Message {
    const known = input.messageId === undefined ? undefined : this.#messages.get(input.messageId);
    if (known) return known;
    const { parent } = input;
    const createTime = input.createTime ?? Date.now();
    const message: Message = {
      messageId: input.messageId ?? randomId("om_"),
      chatId: input.chat.chatId,
      sender: input.sender,
      messageType: input.messageType,
      content: input.content,
      mentions: input.mentions ?? [],
      rootId: parent && (parent.rootId ?? parent.messageId),
      parentId: parent?.messageId,
      threadId: input.threadId ?? parent?.threadId,
      createTime,
      updateTime: createTime,
      edits: 0,
      recalled: false,
      reactions: [],
      cardId: input.cardId,
    };
    input.chat.messages.push(message);
    this.#messages.set(message.messageId, message);
    return message;
  }

  /** Puts copies of messages under a merged forward, those that are forwards themselves with all below them. */
  putBelow(forward: Message, originals: Message[]): void {
    const copy = (original: Message, upperMessageId: string): Message[] => {
      const { forwarded = [], ...rest } = original;
      const top = { ...rest, messageId: randomId("om_"), upperMessageId, reactions: [] };
      const below = forwarded.filter((child) => child.upperMessageId === original.messageId);
      return [top, ...below.flatMap((child) => copy({ ...child, forwarded }, top.messageId))];
    };
    forward.forwarded = originals.flatMap((original) => copy(original, forward.messageId));
    for (const message of forward.forwarded) this.#messages.set(message.messageId, message);
  }

  /** Enters a message as it was. */
  put(chat: Chat, message: Message): void {
    chat.messages.push(message);
    for (const each of [message, ...(message.forwarded ?? [])]) this.#messages.set(each.messageId, each);
  }

  remove(chatId: string): void {
    this.#chats.get(chatId)?.messages.clear();
    this.#chats.delete(chatId);
  }

  /** The app is in no chat any more; direct chats with it end. */
  forgetApp(appId: string): void {
    for (const chat of this.ofApp(appId)) {
      chat.appIds.delete(appId);
      if (chat.kind === "group") continue;
      this.remove(chat.chatId);
    }
  }
}
