import { expect, test } from "vitest";
import { spentOn, sumOf } from "@/app/_components/messages/spent";

const start = Date.parse("2026-01-01T00:00:00.000Z");
const steps = (...names: [string, number][]) =>
  names.map(([name, ms]) => ({ name, at: new Date(start + ms).toISOString() }));

test("the time of an answer is told by what it went by", () => {
  const told = steps(
    ["received", 0],
    ["stored", 2],
    ["acknowledged", 4],
    ["started", 10],
    ["firstWords", 640],
    ["answered", 1_900],
    ["replied", 2_000],
  );
  expect(spentOn(told)).toEqual([
    { on: "receiving", ms: 4 },
    { on: "waiting", ms: 6 },
    { on: "thinking", ms: 630 },
    { on: "writing", ms: 1_260 },
    { on: "sending", ms: 100 },
  ]);
});

test("only the last time that it was answered counts, with its failed tries and waits", () => {
  const told = steps(
    ["received", 0],
    ["replied", 500],
    ["replayed", 10_000],
    ["started", 10_001],
    ["failed", 10_101],
    ["started", 11_101],
    ["answered", 11_201],
    ["replied", 11_201],
  );
  expect(spentOn(told).map(({ on, ms }) => [on, ms])).toEqual([
    ["waiting", 1],
    ["failing", 100],
    ["waiting", 1_000],
    ["thinking", 100],
  ]);
  expect(sumOf(spentOn(told)).map(({ on, ms }) => [on, ms])).toEqual([
    ["waiting", 1_001],
    ["thinking", 100],
    ["failing", 100],
  ]);
});

test("what decides before the answer is written is no sending", () => {
  const told = steps(["received", 0], ["started", 5], ["rule", 6], ["answered", 48], ["replied", 148]);
  expect(spentOn(told).map(({ on, ms }) => [on, ms])).toEqual([
    ["waiting", 5],
    ["thinking", 43],
    ["sending", 100],
  ]);
});
