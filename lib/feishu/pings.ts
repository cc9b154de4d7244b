// What the SDK's client has no option for: how often it pings, and whether it is answered. Reaches into its private parts (1.74).
import type { WSClient } from "@larksuiteoapi/node-sdk";

/**
 * Keeps the pause between pings within bounds. The SDK (1.74) takes what discovery and pongs bring as it is: NaN makes it
 * ping without pause, 120 s leaves a dead link unnoticed for minutes. It has no option for this.
 */
export function boundPings(client: WSClient, mostMs: number): void {
  const { wsConfig } = client as unknown as { wsConfig: { updateWs(change: { pingInterval?: number }): void } };
  const update = wsConfig.updateWs.bind(wsConfig);
  wsConfig.updateWs = (change) => {
    if (!("pingInterval" in change)) return update(change);
    const asked = Number(change.pingInterval);
    update({ ...change, pingInterval: asked > 0 ? Math.min(Math.max(asked, LEAST_PING_MS), mostMs) : mostMs });
  };
}

const LEAST_PING_MS = 1_000;

type ControlFrame = { headers: { key: string; value: string }[] };

/** Tells of every answer to a ping, one without a payload included. The SDK (1.74) has no option for this either. */
export function hearPongs(client: WSClient, onPong: () => void): void {
  const inner = client as unknown as { handleControlData(frame: ControlFrame): Promise<void> };
  const handle = inner.handleControlData.bind(inner);
  inner.handleControlData = (frame) => {
    if (frame.headers.some(({ key, value }) => key === "type" && value === "pong")) onPong();
    return handle(frame);
  };
}
