// The CardKit v1 calls: make a card entity, stream text into it, change it, element by element or whole.
import { z } from "zod";
import { parseJson } from "@/lib/json";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { type CardEntity, type CardNode, findElement, isNode } from "@/lib/sandbox/cards";
import { type ApiAnswer, type ApiCall, ApiError, type ApiRoute, param, parseBody } from "@/lib/sandbox/openapi/api";
import {
  applyAction,
  deleteElement,
  insertElements,
  patchElement,
  replaceElement,
} from "@/lib/sandbox/openapi/card-changes";
import { CARD_CODE as CODE, parseNode } from "@/lib/sandbox/openapi/card-codes";
import { isCard, isUpdatable } from "@/lib/sandbox/openapi/content";
import { frequencyLimit } from "@/lib/sandbox/openapi/errors";
import { requireMessage } from "@/lib/sandbox/openapi/sending";
import type { SandboxState } from "@/lib/sandbox/state";
import { viewMessage } from "@/lib/sandbox/views";

const MAX_CARD_BYTES = 30 * 1024;
const UUIDS_KEPT = 1_000;
const SCOPES = ["cardkit:card:write"];
const MAX_INT32 = 2 ** 31 - 1;

const cardJson = z.object({ type: z.string(), data: z.string().min(1) });
const change = z.object({
  sequence: z.number().int().min(1).max(MAX_INT32),
  uuid: z.string().min(1).max(64).optional(),
});
const contentBody = change.extend({ content: z.string().min(1).max(100_000) });
const settingsBody = change.extend({ settings: z.string() });
const updateBody = change.extend({ card: cardJson });
const batchBody = change.extend({ actions: z.string() });
const elementBody = change.extend({ element: z.string() });
const partialBody = change.extend({ partial_element: z.string() });
const insertBody = change.extend({
  type: z.enum(["insert_before", "insert_after", "append"]),
  target_element_id: z.string().optional(),
  elements: z.string(),
});
const convertBody = z.object({ message_id: z.string() });

export const cardkitRoutes: ApiRoute[] = [
  { method: "POST", path: "/cardkit/v1/cards", scopes: SCOPES, handle: create },
  { method: "POST", path: "/cardkit/v1/cards/id_convert", scopes: SCOPES, handle: convertId },
  changing("PUT", "", updateBody, (state, card, { card: { data } }) => state.cards.replace(card, judgeCard(data))),
  changing("PATCH", "/settings", settingsBody, (state, card, { settings }) => setSettings(state, card, settings)),
  changing("POST", "/batch_update", batchBody, (state, card, { actions }) => applyBatch(state, card, actions)),
  changing("POST", "/elements", insertBody, (_, card, body) =>
    insertElements(card.json, body.type, body.target_element_id, body.elements),
  ),
  changing("PUT", "/elements/:element_id", elementBody, (_, card, { element }, call) =>
    replaceElement(card.json, param(call, "element_id"), element),
  ),
  changing("PATCH", "/elements/:element_id", partialBody, (_, card, body, call) =>
    patchElement(card.json, param(call, "element_id"), body.partial_element),
  ),
  changing("DELETE", "/elements/:element_id", change, (_, card, __, call) =>
    deleteElement(card.json, param(call, "element_id")),
  ),
  changing("PUT", "/elements/:element_id/content", contentBody, (state, card, { content }, call) =>
    streamText(state, card, param(call, "element_id"), content),
  ),
];

function create(state: SandboxState, { app, body }: ApiCall): ApiAnswer {
  const { type, data } = parseBody(cardJson, body, CODE.badParam);
  if (type !== "card_json" && type !== "template") throw new ApiError(CODE.badParam, "type is card_json or template");
  const json =
    type === "template" ? { schema: "2.0", body: { elements: [] }, template: parseNode(data) } : judgeCard(data);
  return { data: { card_id: state.cards.create(app.appId, json).cardId } };
}

function judgeCard(data: string): CardNode {
  if (Buffer.byteLength(data) > MAX_CARD_BYTES) throw new ApiError(CODE.tooLong, "the card is larger than 30 KB");
  const json = parseJson(data);
  if (!isNode(json) || json.schema !== "2.0" || !isCard(json)) {
    throw new ApiError(CODE.buildFailed, "card JSON 2.0 is needed");
  }
  if (!isUpdatable(json)) throw new ApiError(CODE.notUpdatable, "update_multi must not be false");
  return json;
}

function convertId(state: SandboxState, { app, body }: ApiCall): ApiAnswer {
  const { message_id: messageId } = parseBody(convertBody, body, CODE.badParam);
  const message = requireMessage(state, app, messageId);
  const known = message.cardId === undefined ? undefined : state.cards.get(message.cardId);
  const json = parseJson(message.content);
  if (!known && (message.sender.id !== app.appId || !isNode(json) || json.schema !== "2.0")) {
    throw new ApiError(CODE.noEntity, "the message is no card of JSON 2.0");
  }
  const card = known ?? state.cards.create(app.appId, json as CardNode);
  card.messageId = message.messageId;
  message.cardId = card.cardId;
  return { data: { card_id: card.cardId } };
}

/** A route that changes a card: in the order of its sequence, within its rate, once per uuid, seen in its message. */
function changing<Schema extends typeof change>(
  method: ApiRoute["method"],
  path: string,
  schema: Schema,
  apply: (state: SandboxState, card: CardEntity, body: z.infer<Schema>, call: ApiCall) => void,
): ApiRoute {
  const handle = (state: SandboxState, call: ApiCall): ApiAnswer => {
    const body = parseBody(schema, call.body, CODE.badParam) as z.infer<Schema> & z.infer<typeof change>;
    const card = requireCard(state, call.app, param(call, "card_id"));
    if (state.settings.rateLimits) {
      const waitMs = state.rates.perCard.take(card.cardId);
      if (waitMs > 0) throw frequencyLimit(waitMs);
    }
    if (body.uuid !== undefined && card.uuids.has(body.uuid)) throw new ApiError(CODE.uuidConflict, "uuid conflict");
    if (body.sequence <= card.sequence) {
      throw new ApiError(CODE.sequence, `sequence must be larger than ${card.sequence}`);
    }
    apply(state, card, body, call);
    card.sequence = body.sequence;
    if (body.uuid !== undefined && card.uuids.size < UUIDS_KEPT) card.uuids.add(body.uuid);
    showChange(state, card);
    return { data: {} };
  };
  return { method, path: `/cardkit/v1/cards/:card_id${path}`, scopes: SCOPES, handle };
}

function requireCard(state: SandboxState, app: SandboxApp, cardId: string): CardEntity {
  const card = state.cards.get(cardId);
  if (!card) throw new ApiError(CODE.noEntity, "card entity does not exist");
  if (card.appId !== app.appId) throw new ApiError(CODE.otherApp, "the card entity belongs to another app");
  if (state.cards.isExpired(card)) throw new ApiError(CODE.expired, "the card entity is expired");
  return card;
}

function showChange(state: SandboxState, card: CardEntity): void {
  const message = card.messageId === undefined ? undefined : state.chats.message(card.messageId);
  if (!message) return;
  message.updateTime = Date.now();
  state.signals.emit("change", viewMessage(message, state.cards));
}

function setSettings(state: SandboxState, card: CardEntity, settings: string): void {
  const parsed = parseJson(settings);
  if (!isNode(parsed) || !isNode(parsed.config)) throw new ApiError(CODE.settingsFailed, "settings has no config");
  state.cards.mergeConfig(card, parsed.config);
}

function streamText(state: SandboxState, card: CardEntity, elementId: string, content: string): void {
  const streaming = state.cards.streaming(card);
  if (streaming === "off") throw new ApiError(CODE.streamingClosed, "streaming mode is closed");
  if (streaming === "timed-out") throw new ApiError(CODE.streamingTimeout, "card streaming timeout");
  const found = findElement(card.json, elementId)?.element;
  if (!found) throw new ApiError(CODE.elementFailed, `element ${elementId} not found`);
  const text = found.tag === "div" && isNode(found.text) ? found.text : found;
  if (!["markdown", "plain_text", "lark_md"].includes(String(text.tag))) {
    throw new ApiError(CODE.onlyText, "only text elements can be streamed into");
  }
  text.content = content;
}

/** All of the actions, or none. */
function applyBatch(state: SandboxState, card: CardEntity, actions: string): void {
  const parsed = parseJson(actions);
  if (!Array.isArray(parsed) || parsed.length === 0) throw new ApiError(CODE.badParam, "actions is no list");
  const draft = structuredClone(card.json);
  const configs = parsed.flatMap((action) => applyAction(draft, action));
  state.cards.replace(card, draft);
  for (const config of configs) state.cards.mergeConfig(card, config);
}
