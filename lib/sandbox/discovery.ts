// The endpoint discovery: credentials in, the address of a long connection out.
import { z } from "zod";
import type { FaultOn } from "@/lib/sandbox/faults";
import type { Gateway } from "@/lib/sandbox/gateway";
import type { HttpAnswer } from "@/lib/sandbox/http";
import type { SandboxState } from "@/lib/sandbox/state";

export const DISCOVERY_PATH = "/callback/ws/endpoint";

/** Codes of the discovery. */
const CODE = { authFailed: 514, noCredential: 1_000_040_344, tooManyConnections: 1_000_040_350 };

const requestBody = z.object({ AppID: z.string().min(1), AppSecret: z.string().min(1) });

/** `undefined` leaves the request without an answer. */
export function discover(state: SandboxState, gateway: Gateway, body: unknown): HttpAnswer | undefined {
  const parsed = requestBody.safeParse(body);
  const appId = appIdOf(body);
  const fault = state.faults.take("endpoint", appId);
  if (fault?.as === "hang") return undefined;
  if (fault?.as === "http-error") return { status: fault.httpStatus ?? 500, body: { code: 1, msg: "internal error" } };
  if (fault?.as === "refuse") return refusal(fault.code ?? 1, fault.msg ?? "system busy", fault.data);
  if (!parsed.success) return refusal(CODE.noCredential, "app_id or app_secret is empty");

  const denied = state.faults.take("credentials", appId);
  if (denied) return refusal(denied.endpointCode ?? CODE.authFailed, "auth failed", denied.data);
  const app = state.apps.get(parsed.data.AppID);
  if (app?.appSecret !== parsed.data.AppSecret) return refusal(CODE.authFailed, "auth failed");
  if (gateway.isFull(app.appId)) {
    return refusal(CODE.tooManyConnections, "the number of connections exceeded the limit");
  }
  const URL = gateway.address(state.origin, app, fault?.as === "service-id-first");
  return { status: 200, body: { code: 0, msg: "", data: { URL, ...clientConfig(state, fault) } } };
}

export function appIdOf(body: unknown): string | undefined {
  const given = (body as { AppID?: unknown } | null | undefined)?.AppID;
  return typeof given === "string" ? given : undefined;
}

function clientConfig(state: SandboxState, fault: FaultOn<"endpoint"> | undefined): object {
  if (fault?.as === "no-client-config") return {};
  return { ClientConfig: fault?.as === "nan-config" ? {} : state.settings.clientConfig };
}

function refusal(code: number, msg: string, data: "none" | "empty" | "null" = "empty"): HttpAnswer {
  const shapes = { none: {}, empty: { data: {} }, null: { data: null } };
  return { status: 200, body: { code, msg, ...shapes[data] } };
}
