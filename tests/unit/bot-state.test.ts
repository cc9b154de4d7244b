import { describe, expect, it } from "vitest";
import {
  type BotTruth,
  isOutdated,
  needsNewSecret,
  type ShownState,
  shownState,
  verdictOf,
} from "@/app/_components/bots/bot-state";
import { CONNECTION_STATES, type ConnectionState } from "@/lib/bots/schemas";

const on = { enabled: true, useWebSocket: true, hasVerificationToken: false, hasEncryptKey: false };
const status = (state: ConnectionState, errorCode?: string) => ({
  botId: "b",
  state,
  ...(errorCode ? { errorCode } : {}),
});
const bots = (...states: ShownState[]): BotTruth[] =>
  states.map((state, i) => ({ id: `${i}`, name: `bot ${i}`, state }));

describe("a bot's state on screen", () => {
  it.each(CONNECTION_STATES.filter((state) => state !== "disconnected"))("is the connection's own: %s", (state) => {
    expect(shownState(on, status(state))).toBe(state);
  });

  it("is connecting while a wish has not been taken up", () => {
    expect(shownState(on, status("disconnected"))).toBe("connecting");
    expect(shownState(on, undefined)).toBe("connecting");
  });

  it("is off when disabled, whatever else is set", () => {
    expect(shownState({ ...on, enabled: false, hasEncryptKey: true }, status("connected"))).toBe("off");
  });

  it("is webhook only where a key makes the webhook answer", () => {
    expect(shownState({ ...on, useWebSocket: false }, undefined)).toBe("off");
    expect(shownState({ ...on, useWebSocket: false, hasEncryptKey: true }, undefined)).toBe("webhook");
    expect(shownState({ ...on, useWebSocket: false, hasVerificationToken: true }, undefined)).toBe("webhook");
  });

  it("is outdated when the connection contradicts the switch", () => {
    expect(isOutdated(on, status("connected"))).toBe(false);
    expect(isOutdated(on, status("disconnected"))).toBe(true);
    expect(isOutdated({ ...on, useWebSocket: false }, status("connecting"))).toBe(true);
    expect(isOutdated({ ...on, enabled: false }, status("disconnected"))).toBe(false);
    expect(isOutdated(on, undefined)).toBe(false);
  });

  it("asks for a new secret only where that is the cure", () => {
    expect(needsNewSecret(status("error", "connection.credentials"))).toBe(true);
    expect(needsNewSecret(status("error", "connection.dns"))).toBe(false);
    expect(needsNewSecret(status("reconnecting", "connection.credentials"))).toBe(false);
  });
});

describe("the one sentence about all bots", () => {
  it("speaks of the worst first", () => {
    expect(verdictOf(bots("connected", "connecting", "reconnecting", "error"))).toMatchObject({
      kind: "failing",
      count: 1,
      total: 4,
      first: { name: "bot 3" },
    });
    expect(verdictOf(bots("connected", "connecting", "reconnecting"))).toMatchObject({
      kind: "reconnecting",
      count: 1,
    });
    expect(verdictOf(bots("connecting", "connecting"))).toMatchObject({ kind: "connecting", count: 2 });
  });

  it("says when all are alike", () => {
    expect(verdictOf(bots("connected", "connected"))).toEqual({ kind: "allConnected", count: 2 });
    expect(verdictOf(bots("webhook"))).toEqual({ kind: "allWebhook", count: 1 });
    expect(verdictOf(bots("off", "off"))).toEqual({ kind: "allOff", count: 2 });
  });

  it("counts the rest where nothing is wrong", () => {
    expect(verdictOf(bots("connected", "webhook", "off", "off"))).toEqual({
      kind: "fine",
      count: 1,
      webhook: 1,
      off: 2,
    });
  });
});
