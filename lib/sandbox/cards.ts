// The CardKit card entities: their JSON, their strictly increasing sequence, their streaming mode, their one message.
import { randomDigits } from "@/lib/sandbox/ids";
import type { SandboxLimits, SandboxSettings } from "@/lib/sandbox/settings";

export type CardNode = Record<string, unknown>;

export interface CardEntity {
  readonly cardId: string;
  readonly appId: string;
  json: CardNode;
  sequence: number;
  readonly createdAt: number;
  streamingSince: number | undefined;
  /** A card entity can be sent once. */
  messageId: string | undefined;
  readonly uuids: Set<string>;
}

export type Streaming = "on" | "off" | "timed-out";

// Feishu forgets a card entity after 14 days.
const CARD_LIFE_MS = 14 * 24 * 3_600_000;

export class Cards {
  readonly #cards = new Map<string, CardEntity>();
  readonly #settings: SandboxSettings;
  readonly #limits: Pick<SandboxLimits, "cards">;

  constructor(settings: SandboxSettings, limits: Pick<SandboxLimits, "cards">) {
    this.#settings = settings;
    this.#limits = limits;
  }

  create(appId: string, json: CardNode): CardEntity {
    const card: CardEntity = {
      cardId: randomDigits(19),
      appId,
      json: {},
      sequence: 0,
      createdAt: Date.now(),
      streamingSince: undefined,
      messageId: undefined,
      uuids: new Set(),
    };
    this.replace(card, json);
    this.put(card);
    return card;
  }

  put(card: CardEntity): void {
    this.#cards.set(card.cardId, card);
    const [oldest] = this.#cards.keys();
    if (this.#cards.size > this.#limits.cards && oldest !== undefined) this.#cards.delete(oldest);
  }

  /** Oldest first. */
  list(): CardEntity[] {
    return [...this.#cards.values()];
  }

  get(cardId: string): CardEntity | undefined {
    return this.#cards.get(cardId);
  }

  ofMessage(messageId: string): CardEntity | undefined {
    for (const card of this.#cards.values()) if (card.messageId === messageId) return card;
    return undefined;
  }

  isExpired(card: CardEntity): boolean {
    return Date.now() - card.createdAt > CARD_LIFE_MS;
  }

  replace(card: CardEntity, json: CardNode): void {
    card.json = json;
    this.#noteStreaming(card);
  }

  mergeConfig(card: CardEntity, config: CardNode): void {
    card.json = { ...card.json, config: { ...configOf(card.json), ...config } };
    if ("streaming_mode" in config) {
      card.streamingSince = undefined;
      this.#noteStreaming(card);
    }
  }

  streaming(card: CardEntity): Streaming {
    if (card.streamingSince === undefined) return "off";
    return Date.now() - card.streamingSince > this.#settings.cardStreamingMs ? "timed-out" : "on";
  }

  /** The card as a person sees it; a copy. */
  shown(cardId: string | undefined): CardNode | undefined {
    const card = cardId === undefined ? undefined : this.#cards.get(cardId);
    if (!card) return undefined;
    const shown = structuredClone(card.json);
    if (this.streaming(card) === "timed-out") shown.config = { ...configOf(shown), streaming_mode: false };
    return shown;
  }

  #noteStreaming(card: CardEntity): void {
    if (configOf(card.json).streaming_mode === true) card.streamingSince ??= Date.now();
    else card.streamingSince = undefined;
  }
}

function configOf(json: CardNode): CardNode {
  return isNode(json.config) ? json.config : {};
}

export function isNode(value: unknown): value is CardNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where an element stands: the list that holds it, or the node whose property it is. */
export interface ElementPlace {
  element: CardNode;
  siblings?: unknown[];
  index: number;
}

export function findElement(root: unknown, elementId: string): ElementPlace | undefined {
  if (Array.isArray(root)) {
    for (const [index, child] of root.entries()) {
      if (isNode(child) && child.element_id === elementId) return { element: child, siblings: root, index };
      const found = findElement(child, elementId);
      if (found) return found;
    }
    return undefined;
  }
  if (!isNode(root)) return undefined;
  for (const child of Object.values(root)) {
    if (isNode(child) && child.element_id === elementId) return { element: child, index: 0 };
    const found = findElement(child, elementId);
    if (found) return found;
  }
  return undefined;
}
