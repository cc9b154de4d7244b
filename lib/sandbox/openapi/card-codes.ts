// The codes with which CardKit refuses, and how it reads the JSON strings inside its bodies.

import { parseJson } from "@/lib/json";
import { type CardNode, isNode } from "@/lib/sandbox/cards";
import { ApiError } from "@/lib/sandbox/openapi/api";

export const CARD_CODE = {
  badParam: 10002,
  buildFailed: 200220,
  noEntity: 200740,
  expired: 200750,
  uuidConflict: 200770,
  streamingTimeout: 200850,
  tooLong: 200860,
  settingsFailed: 300122,
  notUpdatable: 300302,
  streamingClosed: 300309,
  onlyText: 300310,
  otherApp: 300311,
  elementFailed: 300313,
  sequence: 300317,
};

export function parseNode(json: string): CardNode {
  const node = parseJson(json);
  if (!isNode(node)) throw new ApiError(CARD_CODE.badParam, "a JSON object is needed");
  return node;
}

export function parseNodes(json: string): CardNode[] {
  const nodes = parseJson(json);
  if (!Array.isArray(nodes) || !nodes.every(isNode)) throw new ApiError(CARD_CODE.badParam, "a JSON list is needed");
  return nodes;
}
