// The unmodified Feishu SDK, pointed at a simulated cloud and closed after the test.
import * as lark from "@larksuiteoapi/node-sdk";
import { onTestFinished } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { waitFor } from "./wait-for";

const silent = () => undefined;
export const silentLogger = { fatal: silent, error: silent, warn: silent, info: silent, debug: silent, trace: silent };

/** A client with a token cache of its own: the SDK's is keyed by app id alone. */
export function sdkClient(cloud: SandboxCloud, app: SandboxApp): lark.Client {
  const { appId, appSecret } = app;
  const entries = new Map<string, unknown>();
  const cache: lark.Cache = {
    get: async (key) => entries.get(String(key)),
    set: async (key, value) => {
      entries.set(String(key), value);
      return true;
    },
  };
  return new lark.Client({ appId, appSecret, domain: cloud.origin, logger: silentLogger, cache });
}

export interface SdkSocket {
  client: lark.WSClient;
  /** Calls of onReady, onError, onReconnecting, onReconnected, in order. */
  calls: string[];
  errors: Error[];
}

type Handles = Parameters<lark.EventDispatcher["register"]>[0];

/** Starts a long connection and does not wait for it. */
export function startSdkSocket(cloud: SandboxCloud, app: SandboxApp, handles: Handles, options = {}): SdkSocket {
  const calls: string[] = [];
  const errors: Error[] = [];
  const client = new lark.WSClient({
    appId: app.appId,
    appSecret: app.appSecret,
    domain: cloud.origin,
    logger: silentLogger,
    onReady: () => calls.push("ready"),
    onReconnecting: () => calls.push("reconnecting"),
    onReconnected: () => calls.push("reconnected"),
    onError: (error) => {
      calls.push("error");
      errors.push(error);
    },
    ...options,
  });
  onTestFinished(() => client.close({ force: true }));
  const eventDispatcher = new lark.EventDispatcher({ logger: silentLogger }).register(handles);
  client.start({ eventDispatcher });
  return { client, calls, errors };
}

/** Starts a long connection and waits until the cloud would push events on it. */
export async function openSdkSocket(cloud: SandboxCloud, app: SandboxApp, handles: Handles, options = {}) {
  const before = readyCount(cloud, app);
  const socket = startSdkSocket(cloud, app, handles, options);
  await waitFor(() => socket.calls.includes("ready") && readyCount(cloud, app) > before, "the SDK to be connected");
  return socket;
}

function readyCount(cloud: SandboxCloud, app: SandboxApp): number {
  return cloud.connections(app.appId).filter(({ ready }) => ready).length;
}
