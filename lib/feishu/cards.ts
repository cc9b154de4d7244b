// The calls of CardKit: a card that is made first, sent once, and changed after that while somebody looks at it.
import type { FeishuApi } from "@/lib/feishu/api";
import { codesIn, FeishuError, isWithheld } from "@/lib/feishu/errors";

export type CardJson = Record<string, unknown>;

/** Which card, and the place of the change in the row of all of them: Feishu takes only growing numbers. */
export type CardChange = { cardId: string; sequence: number };

export async function createCard(api: FeishuApi, card: CardJson): Promise<string> {
  const answer = await api.call((client) =>
    client.cardkit.v1.card.create({ data: { type: "card_json", data: JSON.stringify(card) } }),
  );
  const cardId = answer.data?.card_id;
  if (!cardId) throw new FeishuError({ kind: "unknown", reason: { code: "feishu.noMessageId" } });
  return cardId;
}

/** What a message says that shows the card. */
export const cardContent = (cardId: string): string => JSON.stringify({ type: "card", data: { card_id: cardId } });

/** The whole text, each time: what was there before is not typed again where it is the beginning of it. */
export async function writeText(api: FeishuApi, change: CardChange, elementId: string, text: string): Promise<void> {
  const { cardId, sequence } = change;
  await api.call((client) =>
    client.cardkit.v1.cardElement.content({
      path: { card_id: cardId, element_id: elementId },
      data: { content: text, sequence },
    }),
  );
}

export async function replaceCard(api: FeishuApi, { cardId, sequence }: CardChange, card: CardJson): Promise<void> {
  await api.call((client) =>
    client.cardkit.v1.card.update({
      path: { card_id: cardId },
      data: { card: { type: "card_json", data: JSON.stringify(card) }, sequence },
    }),
  );
}

export async function configureCard(api: FeishuApi, { cardId, sequence }: CardChange, config: CardJson): Promise<void> {
  await api.call((client) =>
    client.cardkit.v1.card.settings({
      path: { card_id: cardId },
      data: { settings: JSON.stringify({ config }), sequence },
    }),
  );
}

export async function replaceElement(
  api: FeishuApi,
  { cardId, sequence }: CardChange,
  elementId: string,
  element: CardJson,
): Promise<void> {
  await api.call((client) =>
    client.cardkit.v1.cardElement.update({
      path: { card_id: cardId, element_id: elementId },
      data: { element: JSON.stringify(element), sequence },
    }),
  );
}

/**
 * What a refusal means for whoever writes into a card: come back later, jump ahead with the sequence, open the streaming
 * again, write it without its images, write something else, write it elsewhere, or write it nowhere.
 */
export type CardTrouble = "later" | "sequence" | "closed" | "image" | "content" | "gone" | "withheld";

const IN_INTERACTION = 200810;
const SEQUENCE = 300317;
/** 300309: closed. 200850: ended by Feishu, ten minutes after it began. */
const CLOSED = new Set([300309, 200850]);
const IMAGE = 200570; // an image that Feishu does not know
/** Too large, too many elements or tables, not to be drawn. */
const CONTENT = new Set([10002, 11310, 200220, 200860, 230099, 300302, 300305, 300307, 300310]);

export function cardTroubleOf(error: FeishuError): CardTrouble {
  const { feishuCode, kind, retryable } = error;
  if (isWithheld(error)) return "withheld";
  if (kind === "rate-limit" || kind === "credentials" || feishuCode === IN_INTERACTION) return "later";
  if (feishuCode === undefined) return retryable ? "later" : "gone";
  if (feishuCode === SEQUENCE) return "sequence";
  if (CLOSED.has(feishuCode)) return "closed";
  if (codesIn(error).includes(IMAGE)) return "image";
  return kind === "bad-content" || CONTENT.has(feishuCode) ? "content" : "gone";
}
