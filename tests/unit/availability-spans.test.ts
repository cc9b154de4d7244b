import { describe, expect, it } from "vitest";
import { type Change, filledOf, spansOf } from "@/lib/connections/spans";

const MINUTE = 60_000;
const start = Date.parse("2026-01-01T00:00:00.000Z");
const at = (minutes: number) => start + minutes * MINUTE;
const states = (changes: Change[], count = 4) =>
  spansOf(changes, start, start + count * 10 * MINUTE, count).map((span) => span.state);

describe("the spans of the availability bar", () => {
  it("say nothing about the time before the first change", () => {
    expect(states([])).toEqual(["none", "none", "none", "none"]);
    expect(states([{ at: at(25), state: "connected" }])).toEqual(["none", "none", "connected", "connected"]);
  });

  it("begin in the state that a change before them left", () => {
    expect(states([{ at: at(-90), state: "connected" }])).toEqual(["connected", "connected", "connected", "connected"]);
  });

  it("show the worst of what happened in a span, with its reason", () => {
    const changes: Change[] = [
      { at: at(-1), state: "connected" },
      { at: at(11), state: "reconnecting", reason: "cut" },
      { at: at(12), state: "error", reason: "refused" },
      { at: at(13), state: "connected" },
    ];
    const spans = spansOf(changes, start, start + 40 * MINUTE, 4);
    expect(spans.map(({ state, reason }) => [state, reason])).toEqual([
      ["connected", undefined],
      ["error", "refused"],
      ["connected", undefined],
      ["connected", undefined],
    ]);
  });

  it("carry a trouble on until it ends", () => {
    const changes: Change[] = [
      { at: at(5), state: "error" },
      { at: at(31), state: "connected" },
    ];
    expect(states(changes)).toEqual(["error", "error", "error", "error"]);
    expect(states(changes, 5)).toEqual(["error", "error", "error", "error", "connected"]);
  });

  it("are filled by their share of uptime, not by the worst in them", () => {
    const changes: Change[] = [
      { at: at(-1), state: "connected" },
      { at: at(12), state: "error" },
      { at: at(17), state: "connected" },
      { at: at(21), state: "disconnected" },
      { at: at(30), state: "connecting" },
      { at: at(31), state: "connected" },
      { at: at(40), state: "reconnecting" },
    ];
    const spans = spansOf(changes, start, start + 50 * MINUTE, 5);
    expect(spans.map(({ up }) => up)).toEqual([1, 0.5, 1, 1, 0]);
    expect(spans.map(filledOf)).toEqual([1, 0.5, 1, 1, 0]);
    expect(filledOf({ state: "reconnecting", up: 0.9999 })).toBeLessThan(1);
    expect(spansOf([], start, start + MINUTE, 1)[0]?.up).toBeUndefined();
  });

  it("do not count the first connecting as trouble", () => {
    const changes: Change[] = [
      { at: at(1), state: "connecting" },
      { at: at(2), state: "connected" },
    ];
    expect(states(changes, 1)).toEqual(["connected"]);
  });

  it("lie end to end", () => {
    const spans = spansOf([], start, start + 40 * MINUTE, 4);
    expect(spans.map(({ from }) => from).slice(1)).toEqual(spans.map(({ to }) => to).slice(0, -1));
    expect(spans.at(-1)?.to).toBe(start + 40 * MINUTE);
  });
});
