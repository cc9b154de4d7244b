import { expect, test } from "vitest";
import { axisOf } from "@/app/_components/overview/count-axis";

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [2, [0, 1, 2]],
  [3, [0, 2, 4]],
  [9, [0, 5, 10]],
  [10, [0, 5, 10]],
  [11, [0, 10, 20]],
  [347, [0, 200, 400]],
  [1_000, [0, 500, 1_000]],
  [8_001, [0, 5_000, 10_000]],
])("a greatest count of %i stands below a round top", (most, ticks) => {
  expect(axisOf(most)).toEqual({ top: ticks.at(-1), ticks });
});

test("every axis holds its counts and marks whole numbers only", () => {
  for (let most = 1; most < 3_000; most += 1) {
    const { top, ticks } = axisOf(most);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(ticks.every(Number.isInteger)).toBe(true);
  }
});
