import { describe, expect, test } from "vitest";
import { Admission } from "@/lib/connections/admission";
import { coalesce } from "@/lib/connections/coalesce";
import { availabilityOf } from "@/lib/connections/history";

const at = (seconds: number) => 1_700_000_000_000 + seconds * 1_000;
const date = (seconds: number) => new Date(at(seconds));

describe("availability", () => {
  test("is the time connected of the time wished for", () => {
    const changes = [
      { at: at(10), state: "connected" },
      { at: at(70), state: "reconnecting" },
      { at: at(80), state: "connected" },
      { at: at(90), state: "disconnected" },
    ] as const;
    expect(availabilityOf([...changes], date(0), date(1_000))).toEqual({
      from: date(0).toISOString(),
      to: date(1_000).toISOString(),
      percent: 87.5,
      interruptions: 1,
    });
  });

  test("counts what began before the time from its beginning on", () => {
    const changes = [
      { at: at(-500), state: "connected" },
      { at: at(50), state: "error" },
    ] as const;
    expect(availabilityOf([...changes], date(0), date(100))).toMatchObject({ percent: 50, interruptions: 1 });
  });

  test("counts retries of one interruption once", () => {
    const changes = [
      { at: at(0), state: "connected" },
      { at: at(10), state: "reconnecting" },
      { at: at(20), state: "error" },
    ] as const;
    expect(availabilityOf([...changes], date(0), date(40))).toMatchObject({ percent: 25, interruptions: 1 });
  });

  test("does not count the first connecting after being switched on, neither as down nor as an interruption", () => {
    const changes = [
      { at: at(0), state: "connecting" },
      { at: at(5), state: "connected" },
      { at: at(60), state: "disconnected" },
      { at: at(70), state: "connecting" },
      { at: at(80), state: "connected" },
    ] as const;
    expect(availabilityOf([...changes], date(0), date(100))).toMatchObject({ percent: 100, interruptions: 0 });
  });

  test("counts a first try that has failed", () => {
    const changes = [
      { at: at(0), state: "connecting" },
      { at: at(10), state: "error" },
      { at: at(30), state: "connecting" },
      { at: at(40), state: "connected" },
    ] as const;
    expect(availabilityOf([...changes], date(0), date(70))).toMatchObject({ percent: 50, interruptions: 0 });
  });

  test("is unknown where nothing was wished for", () => {
    expect(availabilityOf([], date(0), date(10)).percent).toBeNull();
    expect(availabilityOf([{ at: at(2), state: "disconnected" }], date(0), date(10)).percent).toBeNull();
  });
});

describe("admission", () => {
  test("lets fifty in and the next one when one leaves", async () => {
    const admission = new Admission();
    const inside = await Promise.all(Array.from({ length: 50 }, () => admission.enter("http://a")));
    let isIn = false;
    const next = admission.enter("http://a").then((leave) => {
      isIn = true;
      return leave;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isIn).toBe(false);
    inside[0]?.();
    (await next)();
    expect(isIn).toBe(true);
  });

  test("a full cloud keeps no bot of another waiting", async () => {
    const admission = new Admission();
    for (let i = 0; i < 50; i += 1) await admission.enter("http://a");
    await expect(admission.enter("http://b")).resolves.toBeTypeOf("function");
  });
});

describe("coalesce", () => {
  test("runs once more for all who asked while it ran", async () => {
    const finish: (() => void)[] = [];
    const run = coalesce(() => new Promise<void>((resolve) => finish.push(resolve)));
    const first = run();
    const others = [run(), run(), run()];
    expect(finish).toHaveLength(1);
    finish[0]?.();
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    expect(finish).toHaveLength(2);
    finish[1]?.();
    await Promise.all(others);
    expect(finish).toHaveLength(2);
  });

  test("runs again after a failure", async () => {
    let runs = 0;
    const run = coalesce(async () => {
      runs += 1;
      if (runs === 1) throw new Error("once");
    });
    const first = run();
    const second = run();
    await expect(first).rejects.toThrow("once");
    await second;
    expect(runs).toBe(2);
  });
});
