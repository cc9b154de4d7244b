// The chat calls (get, list, members) and the reading of a person's name.
import type { Chat } from "@/lib/sandbox/chats";
import { TENANT_KEY } from "@/lib/sandbox/events";
import { type ApiAnswer, type ApiCall, ApiError, type ApiRoute, page, param } from "@/lib/sandbox/openapi/api";
import { shownNameOf } from "@/lib/sandbox/room-names";
import type { SandboxState } from "@/lib/sandbox/state";

const CODE = { noChat: 232006, notInChat: 232011, noUser: 41050 };
const SCOPES = ["im:chat", "im:chat:readonly", "im:chat:read"];
const CONTACT_SCOPES = ["contact:contact.base:readonly", "contact:user.base:readonly"];

export const chatRoutes: ApiRoute[] = [
  { method: "GET", path: "/im/v1/chats", scopes: SCOPES, handle: list },
  { method: "GET", path: "/im/v1/chats/:chat_id", scopes: SCOPES, handle: get },
  { method: "GET", path: "/im/v1/chats/:chat_id/members", scopes: SCOPES, handle: members },
  { method: "GET", path: "/contact/v3/users/:user_id", scopes: CONTACT_SCOPES, handle: user },
];

function requireChat(state: SandboxState, call: ApiCall): Chat {
  const chat = state.chats.get(param(call, "chat_id"));
  if (!chat) throw new ApiError(CODE.noChat, "The chat_id is invalid.");
  if (!chat.appIds.has(call.app.appId)) throw new ApiError(CODE.notInChat, "The operator can NOT be out of the chat.");
  return chat;
}

const nameOf = (state: SandboxState, app: ApiCall["app"], { name, people }: Chat): string =>
  shownNameOf({ name, people: [...people].flatMap((openId) => state.people.get(openId) ?? []) }, app);

/** The groups that the bot is in; direct chats are not listed. */
function list(state: SandboxState, { app, query }: ApiCall): ApiAnswer {
  const groups = state.chats.ofApp(app.appId).filter(({ kind }) => kind === "group");
  const { items, ...rest } = page(query, groups, 20, 100);
  const shown = items.map((chat) => ({
    chat_id: chat.chatId,
    avatar: "",
    name: nameOf(state, app, chat),
    description: "",
    external: false,
    tenant_key: TENANT_KEY,
    chat_status: "normal",
  }));
  return { data: { ...rest, items: shown } };
}

function get(state: SandboxState, call: ApiCall): ApiAnswer {
  const chat = requireChat(state, call);
  return {
    data: {
      avatar: "",
      name: chat.kind === "group" ? nameOf(state, call.app, chat) : "",
      description: "",
      chat_mode: chat.isTopic ? "topic" : chat.kind,
      chat_type: "private",
      external: false,
      tenant_key: TENANT_KEY,
      user_count: String(chat.people.size),
      bot_count: String(chat.appIds.size),
      chat_status: "normal",
    },
  };
}

function members(state: SandboxState, call: ApiCall): ApiAnswer {
  const people = [...requireChat(state, call).people].flatMap((openId) => state.people.get(openId) ?? []);
  const { items, ...rest } = page(call.query, people, 20, 100);
  const shown = items.map(({ openId, name }) => ({
    member_id_type: "open_id",
    member_id: openId,
    name,
    tenant_key: TENANT_KEY,
  }));
  return { data: { ...rest, items: shown, member_total: people.length } };
}

function user(state: SandboxState, call: ApiCall): ApiAnswer {
  const person = state.people.find(call.query.get("user_id_type") ?? "open_id", param(call, "user_id"));
  if (!person) throw new ApiError(CODE.noUser, "no user authority error");
  const { openId, unionId, userId, name } = person;
  return { data: { user: { open_id: openId, union_id: unionId, user_id: userId, name } } };
}
