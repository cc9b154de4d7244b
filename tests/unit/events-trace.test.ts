// What a trace keeps of an event that is tried many times.
import { expect, test } from "vitest";
import { Trace } from "@/lib/events/trace";

const reason = { code: "event.failed" };

/** Each try reads the steps that the one before has stored. */
function tries(count: number, failedAt: readonly number[], before: Trace): Trace {
  let trace = before;
  for (let number = 1; number <= count; number += 1) {
    trace = new Trace(trace.steps);
    trace.add("started");
    trace.fail(failedAt.includes(number) ? "failed" : "limited", new Error("no"), reason);
  }
  return trace;
}

test("a long trace is cut, and forgets no try that counts", () => {
  const trace = tries(200, [3, 7, 90], new Trace([]));
  expect(trace.steps.length).toBeLessThan(70);
  expect(new Trace(trace.steps).count("failed")).toBe(3);
});

test("a replay counts from its own beginning, however long it has been tried", () => {
  const earlier = tries(200, [1, 2, 3], new Trace([]));
  earlier.add("replayed");
  const at = Date.now();
  const trace = tries(200, [2], earlier);
  expect(new Trace(trace.steps).count("failed")).toBe(1);
  expect(new Trace(trace.steps).firstStartAt).toBeGreaterThanOrEqual(at);
  expect(trace.steps.length).toBeLessThan(70);
  expect(trace.steps.filter(({ name }) => name === "replayed")).toHaveLength(1);
});

test("a short trace is kept whole", () => {
  const trace = tries(20, [], new Trace([]));
  expect(trace.steps).toHaveLength(40);
  expect(trace.firstStartAt).toBe(Date.parse(trace.steps[0]?.at ?? ""));
});
