// The reaction calls: add, take back, list.
import { z } from "zod";
import type { Message, Reaction } from "@/lib/sandbox/chats";
import { randomId } from "@/lib/sandbox/ids";
import {
  type ApiAnswer,
  type ApiCall,
  ApiError,
  type ApiRoute,
  page,
  param,
  parseBody,
} from "@/lib/sandbox/openapi/api";
import { requireMessage } from "@/lib/sandbox/openapi/sending";
import type { SandboxState } from "@/lib/sandbox/state";
import { viewMessage } from "@/lib/sandbox/views";

const INVALID_EMOJI = 231001;
const NOT_OPERATOR = 231007;
const SCOPES = ["im:message", "im:message.reactions:write_only"];
const READ_SCOPES = ["im:message", "im:message.reactions:read", "im:message:readonly"];

const addBody = z.object({ reaction_type: z.object({ emoji_type: z.string().regex(/^[A-Za-z0-9_]{1,40}$/) }) });

export const reactionRoutes: ApiRoute[] = [
  { method: "POST", path: "/im/v1/messages/:message_id/reactions", scopes: SCOPES, handle: add },
  { method: "GET", path: "/im/v1/messages/:message_id/reactions", scopes: READ_SCOPES, handle: list },
  { method: "DELETE", path: "/im/v1/messages/:message_id/reactions/:reaction_id", scopes: SCOPES, handle: remove },
];

function add(state: SandboxState, call: ApiCall): ApiAnswer {
  const { emoji_type: emoji } = parseBody(addBody, call.body, INVALID_EMOJI).reaction_type;
  const message = requireMessage(state, call.app, param(call, "message_id"));
  const known = message.reactions.find((reaction) => reaction.emoji === emoji && reaction.by.id === call.app.appId);
  const by = { kind: "bot" as const, id: call.app.appId, name: call.app.name };
  const reaction = known ?? { reactionId: randomId(), emoji, by, at: Date.now() };
  if (!known) message.reactions.push(reaction);
  show(state, message);
  return { data: apiReaction(reaction) };
}

function remove(state: SandboxState, call: ApiCall): ApiAnswer {
  const message = requireMessage(state, call.app, param(call, "message_id"));
  const reaction = message.reactions.find(({ reactionId }) => reactionId === param(call, "reaction_id"));
  if (reaction?.by.id !== call.app.appId) {
    throw new ApiError(NOT_OPERATOR, "The operator can not delete this reaction.");
  }
  message.reactions = message.reactions.filter((other) => other !== reaction);
  show(state, message);
  return { data: apiReaction(reaction) };
}

function list(state: SandboxState, call: ApiCall): ApiAnswer {
  const message = requireMessage(state, call.app, param(call, "message_id"));
  const emoji = call.query.get("reaction_type");
  const reactions = message.reactions.filter((reaction) => emoji === null || reaction.emoji === emoji);
  const { items, ...rest } = page(call.query, reactions, 20, 50);
  return { data: { ...rest, items: items.map(apiReaction) } };
}

function show(state: SandboxState, message: Message): void {
  state.signals.emit("change", viewMessage(message, state.cards));
}

function apiReaction({ reactionId, emoji, by, at }: Reaction): object {
  return {
    reaction_id: reactionId,
    operator: { operator_id: by.id, operator_type: by.kind === "bot" ? "app" : "user" },
    action_time: String(at),
    reaction_type: { emoji_type: emoji },
  };
}
