import { describe, expect, test } from "vitest";
import { Throttle, type ThrottlePolicy } from "@/lib/auth/throttle";

const policy: ThrottlePolicy = { freeAttempts: 3, firstPauseMs: 1_000, longestPauseMs: 4_000 };

function setUp() {
  let now = 1_000_000;
  const throttle = new Throttle(() => now);
  return {
    throttle,
    pass: (ms: number) => {
      now += ms;
    },
    fails: (key = "ann") => {
      try {
        throttle.attempt(key, policy);
        return 0;
      } catch (error) {
        return (error as { retryAfterSeconds: number }).retryAfterSeconds;
      }
    },
  };
}

describe("throttle", () => {
  test("lets the first failures pass, then makes each wait longer, up to a limit", () => {
    const { fails, pass } = setUp();
    expect([fails(), fails(), fails()]).toEqual([0, 0, 0]);
    for (const pause of [1, 2, 4, 4, 4]) {
      expect(fails()).toBe(pause);
      pass(pause * 1_000 - 1);
      expect(fails()).toBe(1);
      pass(1);
      expect(fails()).toBe(0);
    }
  });

  test("refuses with the time to wait", () => {
    const { throttle, fails } = setUp();
    for (let i = 0; i < 3; i++) fails();
    expect(() => throttle.attempt("ann", policy)).toThrowError(
      expect.objectContaining({ code: "rate_limited", status: 429, retryAfterSeconds: 1 }),
    );
  });

  test("counts tries that are still under way", () => {
    const { fails } = setUp();
    expect(Array.from({ length: 20 }, () => fails()).filter((pause) => pause === 0)).toHaveLength(3);
  });

  test("begins anew after a success and trusts that key", () => {
    const { throttle, fails } = setUp();
    fails();
    fails();
    expect(throttle.isTrusted("ann")).toBe(false);
    throttle.succeeded("ann");
    expect(throttle.isTrusted("ann")).toBe(true);
    expect([fails(), fails(), fails()]).toEqual([0, 0, 0]);
    expect(fails()).toBe(1);
  });

  test("does not make one key wait for another", () => {
    const { fails } = setUp();
    for (let i = 0; i < 4; i++) fails("ann");
    expect(fails("bo")).toBe(0);
  });

  test("forgets failures after an hour", () => {
    const { fails, pass } = setUp();
    for (let i = 0; i < 4; i++) fails();
    pass(3_600_001);
    expect([fails(), fails(), fails()]).toEqual([0, 0, 0]);
  });

  test("stays small when keys are made up, and remembers who was guessed at and who is trusted", () => {
    const { throttle, fails } = setUp();
    for (let i = 0; i < 3; i++) fails("guessed at");
    throttle.succeeded("trusted");
    const madeUp = Array.from({ length: 10_010 }, (_, i) => `made up ${i}`);
    for (const key of madeUp) throttle.attempt(key, policy);
    expect(fails("guessed at")).toBe(1);
    expect(throttle.isTrusted("trusted")).toBe(true);
    const triesLeft = (key = "") => [fails(key), fails(key), fails(key)].filter((pause) => pause === 0).length;
    expect([triesLeft(madeUp[0]), triesLeft(madeUp.at(-1))]).toEqual([3, 2]);
  });
});
