import { describe, expect, test } from "vitest";
import { type Failure, planRetry } from "@/lib/events/retries";

const fault: Failure = { retryable: true };
const limit: Failure = { retryable: true, isRateLimit: true };

describe("retries", () => {
  test.each([
    [1, 1_000, false],
    [2, 5_000, false],
    [3, 25_000, true],
    [4, 125_000, true],
    [5, 625_000, true],
  ])("after try %i it waits %i ms", (tries, afterMs, detach) => {
    expect(planRetry(fault, tries, tries, 0)).toEqual({ again: true, afterMs, detach });
  });

  test("gives up after the sixth try", () => {
    expect(planRetry(fault, 6, 6, 0)).toEqual({ again: false });
  });

  test("does not retry what a retry cannot mend", () => {
    expect(planRetry({ retryable: false, retryAfterMs: 5 }, 1, 1, 0)).toEqual({ again: false });
  });

  test("waits for as long as the other side says", () => {
    expect(planRetry({ ...fault, retryAfterMs: 7_000 }, 1, 1, 0)).toEqual({
      again: true,
      afterMs: 7_000,
      detach: false,
    });
  });

  test("lets the chat go on where the other side asks for long", () => {
    expect(planRetry({ ...limit, retryAfterMs: 120_000 }, 1, 0, 0)).toMatchObject({ detach: true });
  });

  test("a rate limit with a time does not use up the tries, for an hour", () => {
    const deferred = { ...limit, retryAfterMs: 2_000 };
    expect(planRetry(deferred, 40, 0, 60_000)).toEqual({ again: true, afterMs: 2_000, detach: true });
    expect(planRetry(deferred, 40, 6, 60_000)).toMatchObject({ again: true });
    expect(planRetry(deferred, 1_800, 0, 3_600_000)).toEqual({ again: false });
  });

  test("neither a storm nor a wait without end can be asked for", () => {
    expect(planRetry({ ...limit, retryAfterMs: 0 }, 1, 0, 0)).toMatchObject({ afterMs: 1_000 });
    expect(planRetry({ ...limit, retryAfterMs: 1e12 }, 1, 0, 0)).toMatchObject({ afterMs: 3_600_000 });
    expect(planRetry({ ...fault, retryAfterMs: 1e12 }, 1, 1, 0)).toMatchObject({ afterMs: 3_600_000 });
    expect(planRetry({ ...fault, retryAfterMs: 0 }, 1, 1, 0)).toMatchObject({ afterMs: 0 });
  });

  test("a rate limit without a time is retried and given up like any other failure", () => {
    expect(planRetry(limit, 2, 2, 0)).toEqual({ again: true, afterMs: 5_000, detach: false });
    expect(planRetry(limit, 6, 6, 60_000)).toEqual({ again: false });
  });
});
