// What people wrote in a room and what became of it on its way to the bot: the reckoning beside the chats.
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import type { RoomNotes } from "@/lib/sandbox/room-keeping";
import type { RoomHead } from "@/lib/sandbox/room-shapes";

const KEPT = 1_000;

type Fate = { received: boolean; pushes: number };
const UNKNOWN: Fate = { received: false, pushes: 0 };

/** How often somebody had a message answered anew, by its id. */
export type Replays = ReadonlyMap<string, number>;

export class RoomSayings {
  readonly #cloud: SandboxCloud;
  readonly #appId: string;
  /** Event ids by the message, oldest first. */
  readonly #eventIds = new Map<string, string[]>();
  /** What came of it before the cloud was started anew. */
  readonly #earlier = new Map<string, Fate>();

  constructor(cloud: SandboxCloud, appId: string) {
    this.#cloud = cloud;
    this.#appId = appId;
  }

  add(messageId: string, eventId: string): void {
    this.#eventIds.set(messageId, [...(this.#eventIds.get(messageId) ?? []), eventId]);
    const [oldest] = this.#eventIds.keys();
    if (this.#eventIds.size <= KEPT || oldest === undefined) return;
    this.#eventIds.delete(oldest);
    this.#earlier.delete(oldest);
  }

  /** Under which event the bot was told of it first. */
  eventIdOf(messageId: string): string | undefined {
    return this.#eventIds.get(messageId)?.[0];
  }

  get newest(): { messageId: string; eventId: string } | undefined {
    const [messageId, [eventId] = []] = [...this.#eventIds].at(-1) ?? [];
    return messageId === undefined || eventId === undefined ? undefined : { messageId, eventId };
  }

  #fates(): Map<string, Fate> {
    const deliveries = new Map(this.#cloud.deliveries(this.#appId).map((delivery) => [delivery.eventId, delivery]));
    const fateOf = (messageId: string, eventIds: string[]): Fate => {
      const { received, pushes } = this.#earlier.get(messageId) ?? UNKNOWN;
      const attempts = eventIds.flatMap((id) => deliveries.get(id)?.attempts ?? []);
      const isAcknowledged = attempts.some(({ ackCode }) => ackCode === 200);
      return { received: received || isAcknowledged, pushes: pushes + attempts.length };
    };
    return new Map([...this.#eventIds].map(([messageId, eventIds]) => [messageId, fateOf(messageId, eventIds)]));
  }

  messageIds(): string[] {
    return [...this.#eventIds.keys()];
  }

  /** What somebody had answered anew was not answered twice. */
  counts(replays: Replays = new Map()): RoomHead["counts"] {
    const answers = answersByQuestion(this.#cloud, this.#appId);
    const counts = { written: 0, received: 0, answered: 0, answeredTwice: 0, repeated: 0 };
    for (const [messageId, { received, pushes }] of this.#fates()) {
      // Of a message that is forgotten the answer may be forgotten, too.
      if (!this.#cloud.message(messageId)) continue;
      counts.written += 1;
      if (received) counts.received += 1;
      const words = answers.get(messageId) ?? [];
      if (words.length > 0) counts.answered += 1;
      if (words.length - new Set(words).size > (replays.get(messageId) ?? 0)) counts.answeredTwice += 1;
      counts.repeated += Math.max(0, pushes - 1);
    }
    return counts;
  }

  notes(): RoomNotes["sayings"] {
    const fates = this.#fates();
    return [...this.#eventIds].map(([messageId, eventIds]) => ({
      ...{ messageId, eventIds },
      ...(fates.get(messageId) ?? UNKNOWN),
    }));
  }

  /** Goes on from there: what the bot has not acknowledged comes again, as Feishu would send it. */
  resume(notes: RoomNotes["sayings"]): void {
    for (const { messageId, eventIds, received, pushes } of notes) {
      this.#eventIds.set(messageId, eventIds);
      this.#earlier.set(messageId, { received, pushes });
      const message = this.#cloud.message(messageId);
      const [eventId] = eventIds;
      if (received || !message || message.recalled || eventId === undefined) continue;
      const { chatId, sender } = message;
      this.#cloud.say({ appId: this.#appId, chatId, from: sender.name, messageId, eventId });
    }
  }
}

/** What the bot said to each message, in a form in which the same answer is the same. */
function answersByQuestion(cloud: SandboxCloud, appId: string): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const { chatId } of cloud.chatsOf(appId)) {
    for (const { sender, parentId, text, card, content } of cloud.messages(chatId)) {
      if (sender.id !== appId || !parentId) continue;
      const words = text ?? (card === undefined ? content : JSON.stringify(card));
      answers.set(parentId, [...(answers.get(parentId) ?? []), words]);
    }
  }
  return answers;
}
