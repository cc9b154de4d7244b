import { describe, expect, it } from "vitest";
import {
  attentionOf,
  type BotTruth,
  headlineOf,
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

describe("what a connected bot suffers from", () => {
  const connectedAt = "2026-01-01T00:00:00.000Z";
  const later = Date.parse(connectedAt) + 600_000;
  const never = { botId: "b", state: "connected", connectedAt, silentSince: connectedAt, neverReceived: true } as const;
  const seen = { bot: { domain: "feishu" }, state: "connected", status: never } as const;

  it("is silence, when nothing has come within ten minutes and never before", () => {
    expect(attentionOf(seen, later - 1)).toBeUndefined();
    expect(attentionOf(seen, later)).toBe("silent");
    expect(attentionOf({ ...seen, bot: { domain: "sandbox" } }, later)).toBeUndefined();
    expect(attentionOf({ ...seen, lastEventAt: connectedAt }, later)).toBeUndefined();
    const { neverReceived: _, ...silent } = never;
    expect(attentionOf({ ...seen, status: silent }, later)).toBeUndefined();
  });

  it("is others that take a share, at once and in every cloud", () => {
    const shared = { ...seen, bot: { domain: "sandbox" }, status: { ...never, otherConnections: 1 } };
    expect(attentionOf(shared, 0)).toBe("shared");
  });

  it("is nothing while it is not connected", () => {
    const shared = { ...never, otherConnections: 1 };
    expect(attentionOf({ ...seen, state: "off", status: shared }, later)).toBeUndefined();
    expect(attentionOf({ ...seen, status: undefined }, later)).toBeUndefined();
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

  it("speaks of a connected bot that misses events before it says that all is well", () => {
    const [fine, silent, shared, failing] = bots("connected", "connected", "connected", "error") as [
      BotTruth,
      ...BotTruth[],
    ];
    const suffering = [fine, { ...silent, attention: "silent" }, { ...shared, attention: "shared" }] as BotTruth[];
    expect(verdictOf(suffering)).toMatchObject({ kind: "shared", count: 1, total: 3, first: { name: "bot 2" } });
    expect(verdictOf(suffering.slice(0, 2))).toMatchObject({ kind: "silent", count: 1, first: { name: "bot 1" } });
    const unable = { ...(fine as BotTruth), attention: "unable" as const };
    expect(verdictOf([...suffering, unable])).toMatchObject({ kind: "unable", count: 1 });
    expect(verdictOf([...suffering, unable, failing as BotTruth])).toMatchObject({ kind: "failing" });
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

describe("what a bot suffers from", () => {
  const live = { bot: { domain: "sandbox" }, state: "connected" as const };
  const failing = { ...status("connected"), failingSince: "2026-01-01T00:00:00Z" };

  it("is that its latest messages could not be answered, until one is", () => {
    expect(attentionOf({ ...live, status: failing }, 0)).toBe("unable");
    expect(attentionOf({ ...live, status: failing, lastOutcome: "answered" }, 0)).toBeUndefined();
    expect(attentionOf({ ...live, status: status("connected"), lastOutcome: "failed" }, 0)).toBe("unable");
    expect(attentionOf({ ...live, state: "reconnecting", status: failing }, 0)).toBeUndefined();
  });
});

describe("a bot's headline", () => {
  const bot = { enabled: true, reply: { kind: "echo" as const } };
  const connected = { bot, state: "connected" as const, status: { ...status("connected"), neverReceived: true } };

  it("says that a bot answers only when it has", () => {
    const at = "2026-01-01T00:00:00Z";
    expect(headlineOf(connected)).toBe("fresh");
    expect(headlineOf({ ...connected, lastEventAt: at })).toBe("unanswered");
    expect(headlineOf({ ...connected, status: status("connected") })).toBe("unanswered");
    expect(headlineOf({ ...connected, status: { ...status("connected"), lastReplyAt: at } })).toBe("connected");
    expect(headlineOf({ ...connected, lastEventAt: at, lastOutcome: "answered" })).toBe("connected");
  });

  it("is about what a bot does without answering, too", () => {
    expect(headlineOf({ ...connected, bot: { ...bot, reply: { kind: "none" } } })).toBe("listening");
    expect(headlineOf({ ...connected, bot: { ...bot, enabled: false } })).toBe("disabled");
    expect(headlineOf({ ...connected, state: "reconnecting" })).toBe("reconnecting");
  });
});
