// Changes the JSON of a card element by element; a change that cannot be made leaves it as it was.
import { type CardNode, type ElementPlace, findElement, isNode } from "@/lib/sandbox/cards";
import { ApiError } from "@/lib/sandbox/openapi/api";
import { CARD_CODE, parseNode, parseNodes } from "@/lib/sandbox/openapi/card-codes";

export type InsertType = "insert_before" | "insert_after" | "append";

function requireElement(card: CardNode, elementId: string): ElementPlace {
  const found = findElement(card, elementId);
  if (!found) throw new ApiError(CARD_CODE.elementFailed, `element ${elementId} not found`);
  return found;
}

export function replaceElement(card: CardNode, elementId: string, json: string): void {
  const { element } = requireElement(card, elementId);
  const next = parseNode(json);
  for (const key of Object.keys(element)) delete element[key];
  Object.assign(element, next);
}

export function patchElement(card: CardNode, elementId: string, json: string): void {
  Object.assign(requireElement(card, elementId).element, parseNode(json));
}

export function deleteElement(card: CardNode, elementId: string): void {
  const { siblings, index } = requireElement(card, elementId);
  if (!siblings) throw new ApiError(CARD_CODE.elementFailed, `element ${elementId} cannot be deleted`);
  siblings.splice(index, 1);
}

export function insertElements(card: CardNode, type: InsertType, targetId: string | undefined, json: string): void {
  const added = parseNodes(json);
  if (targetId === undefined) {
    if (type !== "append") throw new ApiError(CARD_CODE.badParam, "target_element_id is needed");
    elementsOf(isNode(card.body) ? card.body : card).push(...added);
    return;
  }
  const { element, siblings, index } = requireElement(card, targetId);
  if (type === "append") elementsOf(element).push(...added);
  else if (siblings) siblings.splice(type === "insert_before" ? index : index + 1, 0, ...added);
  else throw new ApiError(CARD_CODE.elementFailed, `nothing can stand beside element ${targetId}`);
}

function elementsOf(container: CardNode): unknown[] {
  if (!Array.isArray(container.elements)) container.elements = [];
  return container.elements as unknown[];
}

/** One action of a batch; gives back the settings that it wants to change. */
export function applyAction(card: CardNode, action: unknown): CardNode[] {
  const params = isNode(action) && isNode(action.params) ? action.params : undefined;
  if (!isNode(action) || !params) throw new ApiError(CARD_CODE.badParam, "an action has no params");
  const text = (key: string) => (typeof params[key] === "string" ? params[key] : JSON.stringify(params[key]));
  const elementId = String(params.element_id ?? "");
  switch (action.action) {
    case "partial_update_setting": {
      const { config } = parseNode(text("settings") ?? "");
      return isNode(config) ? [config] : [];
    }
    case "add_elements": {
      const target = params.target_element_id === undefined ? undefined : String(params.target_element_id);
      insertElements(card, (params.type as InsertType | undefined) ?? "append", target, text("elements") ?? "");
      return [];
    }
    case "delete_elements":
      for (const id of Array.isArray(params.element_ids) ? params.element_ids : []) deleteElement(card, String(id));
      return [];
    case "partial_update_element":
      patchElement(card, elementId, text("partial_element") ?? "");
      return [];
    case "update_element":
      replaceElement(card, elementId, text("element") ?? "");
      return [];
    default:
      throw new ApiError(CARD_CODE.badParam, `unknown action ${String(action.action)}`);
  }
}
