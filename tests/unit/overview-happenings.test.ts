import { describe, expect, test } from "vitest";
import { type ChangeOfBot, fold, gather } from "@/lib/overview/happenings";

let id = 0;
const change = (second: number, state: ChangeOfBot["state"], more: Partial<ChangeOfBot> = {}): ChangeOfBot => {
  id += 1;
  const rest = { botId: "hr", botName: "HR", reason: null, instance: null };
  return { id, at: new Date(second * 1_000), state, ...rest, ...more };
};
const because = (code: string) => ({ reason: { code: `connection.${code}` } });
const told = (changes: ChangeOfBot[]) =>
  gather(fold(changes)).map(({ kind, at, backAt, reason, others, botId }) => ({
    botId,
    kind,
    at: at.getTime() / 1_000,
    ...(backAt && { backAt: backAt.getTime() / 1_000 }),
    ...(reason && { reason: reason.code.slice("connection.".length) }),
    ...(others && { others }),
  }));

describe("what happened to connections", () => {
  test("a loss and the return from it are one", () => {
    const changes = [change(1, "connected"), change(10, "reconnecting", because("network")), change(12, "connected")];
    expect(told(changes)).toEqual([
      { botId: "hr", kind: "lost", at: 10, backAt: 12, reason: "network" },
      { botId: "hr", kind: "connected", at: 1 },
    ]);
  });

  test("a loss that becomes an error began with the loss and has the newer reason", () => {
    const changes = [change(10, "reconnecting", because("network")), change(40, "error", because("credentials"))];
    expect(told(changes)).toEqual([{ botId: "hr", kind: "lost", at: 10, reason: "credentials" }]);
  });

  test("who was switched off has no loss to come back from", () => {
    const changes = [
      change(10, "reconnecting", because("network")),
      change(11, "disconnected", because("switchedOff")),
      change(20, "connected"),
    ];
    expect(told(changes).map(({ kind, backAt }) => [kind, backAt])).toEqual([
      ["connected", undefined],
      ["off", undefined],
      ["lost", undefined],
    ]);
  });

  test("a process that was stopped and started again left a gap, nothing was switched off", () => {
    const changes = [change(10, "disconnected", because("stopping")), change(15, "connected")];
    expect(told(changes)).toEqual([{ botId: "hr", kind: "lost", at: 10, backAt: 15, reason: "stopping" }]);
  });

  test("what happened to several bots at once is told once, and each bot's own troubles one by one", () => {
    const loss = (botId: string, second: number) => [
      change(second, "reconnecting", { botId, ...because("network") }),
      change(second + 2, "connected", { botId }),
    ];
    const changes = [...loss("a", 100), ...loss("b", 101), ...loss("c", 103), ...loss("a", 900)];
    const inOrder = changes.toSorted((one, other) => one.at.getTime() - other.at.getTime());
    expect(told(inOrder)).toEqual([
      { botId: "a", kind: "lost", at: 900, backAt: 902, reason: "network" },
      { botId: "c", kind: "lost", at: 100, backAt: 105, reason: "network", others: 2 },
    ]);
  });

  test("stand in the order of the time that is shown, whenever a loss came to its end", () => {
    const changes = [
      change(10, "reconnecting", { botId: "a", ...because("network") }),
      change(500, "connected", { botId: "b" }),
      change(900, "connected", { botId: "a" }),
    ];
    expect(told(changes).map(({ botId, at }) => [botId, at])).toEqual([
      ["b", 500],
      ["a", 10],
    ]);
  });

  test("a connection that was handed over was not interrupted", () => {
    expect(told([change(5, "connected", because("handedOver"))])).toEqual([
      { botId: "hr", kind: "moved", at: 5, reason: "handedOver" },
    ]);
  });
});
