import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBackoff } from "@/lib/db/backoff";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("the first try comes at once, and they become rarer until there is one a second", () => {
  const backoff = createBackoff();
  const waits: number[] = [];
  for (let i = 0; i < 60; i++) {
    const wait = backoff();
    waits.push(wait);
    vi.advanceTimersByTime(wait * 1_000 + 1);
  }
  expect(waits[0]).toBe(0.01);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits.at(-1)).toBe(1);
  expect(waits.filter((wait) => wait < 1).length).toBeLessThan(20);
});

test("connections that end together count once, and an old trouble does not count", () => {
  const backoff = createBackoff();
  expect(Array.from({ length: 11 }, backoff)).toEqual(Array<number>(11).fill(0.01));
  vi.advanceTimersByTime(200);
  expect(backoff()).toBeCloseTo(0.03);
  vi.advanceTimersByTime(10_000);
  expect(backoff()).toBe(0.01);
});
