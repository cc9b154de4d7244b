// The calls about the app itself: its token, its bot, its scopes, its settings, its live connections.
import { z } from "zod";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { ApiError, type ApiRoute, param } from "@/lib/sandbox/openapi/api";
import type { SandboxState } from "@/lib/sandbox/state";

export const TOKEN_PATH = "/auth/v3/tenant_access_token/internal";

const credentials = z.object({ app_id: z.string().min(1), app_secret: z.string().min(1) });

const APP_NOT_FOUND = 210502; // what Feishu says of an app that the caller may not read

/** Answers with HTTP 200 whatever the code; its fields stand beside the code. */
export function issueTenantToken(state: SandboxState, body: unknown): object {
  const parsed = credentials.safeParse(body);
  if (!parsed.success) return { code: 10003, msg: "invalid param" };
  const { app_id: appId, app_secret: secret } = parsed.data;
  const denied = state.faults.take("credentials", appId);
  if (denied) return { code: denied.code ?? 10014, msg: "app secret invalid" };
  const app = state.apps.get(appId);
  if (!app) return { code: 10003, msg: "invalid param" };
  if (app.appSecret !== secret) return { code: 10014, msg: "app secret invalid" };
  const { token, expire } = state.apps.issueToken(appId, state.settings.tokenLifeSeconds);
  return { code: 0, msg: "ok", tenant_access_token: token, expire };
}

// What the console offers to a bot; granted one by one when the app has a list of its own.
const KNOWN_SCOPES = [
  "im:message",
  "im:message:send_as_bot",
  "im:message:update",
  "im:message:readonly",
  "im:message.group_msg",
  "im:message.p2p_msg:readonly",
  "im:message.group_at_msg:readonly",
  "im:resource",
  "im:chat:readonly",
  "cardkit:card:write",
  "contact:user.base:readonly",
  "application:application:self_manage",
];

export function applicationRoutes(onlineCount: (appId: string) => number): ApiRoute[] {
  return [
    { method: "GET", path: "/bot/v3/info", handle: (_, { app }) => ({ msg: "ok", top: { bot: botInfo(app) } }) },
    { method: "GET", path: "/application/v6/scopes", handle: (_, { app }) => ({ data: { scopes: scopesOf(app) } }) },
    {
      method: "GET",
      path: "/application/v6/applications/:app_id",
      scopes: ["application:application:self_manage", "admin:app.info:readonly"],
      handle: (_, call) => {
        const asked = param(call, "app_id");
        if (asked !== "me" && asked !== call.app.appId) throw new ApiError(APP_NOT_FOUND, "app not found");
        return { data: { app: applicationOf(call.app) } };
      },
    },
    {
      method: "GET",
      path: "/event/v1/connection",
      handle: (_, { app }) => ({ data: { online_instance_cnt: onlineCount(app.appId) } }),
    },
    {
      method: "GET",
      path: "/event/v1/outbound_ip",
      handle: () => ({ data: { ip_list: ["127.0.0.1"], has_more: false, page_token: "" } }),
    },
  ];
}

function botInfo(app: SandboxApp): object {
  return {
    activate_status: app.published ? 2 : 0,
    app_name: app.name,
    avatar_url: "",
    ip_white_list: [],
    open_id: app.openId,
  };
}

function scopesOf(app: SandboxApp): object[] {
  const names = new Set([...KNOWN_SCOPES, ...(app.scopes ?? [])]);
  return [...names].map((name) => ({
    scope_name: name,
    scope_type: "tenant",
    grant_status: app.scopes === null || app.scopes.includes(name) ? 1 : 2,
  }));
}

function applicationOf(app: SandboxApp): object {
  const mode = app.webhookUrl === null ? "websocket" : "webhook";
  const subscribed = app.subscribedEvents ?? ["im.message.receive_v1"];
  const url = app.webhookUrl ?? "";
  return {
    app_id: app.appId,
    app_name: app.name,
    status: app.published ? 1 : 2,
    online_version_id: app.published ? "oav_sandbox" : "",
    scopes: (app.scopes ?? KNOWN_SCOPES).map((scope) => ({ scope, token_types: ["tenant"] })),
    event: { subscription_type: mode, request_url: url, subscribed_events: subscribed },
    callback: { callback_type: mode, request_url: url, subscribed_callbacks: ["card.action.trigger"] },
    callback_info: { callback_type: mode, request_url: url, subscribed_callbacks: ["card.action.trigger"] },
  };
}
