// How the process closes its parts within the time that it has.
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Closing } from "@/lib/closing";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

/** A database, a worker that gives back what is not done in time, and connections, opened in this order. */
function parts(closeConnections: () => Promise<void>) {
  const seen: string[] = [];
  const closing = new Closing();
  closing.add(async () => void seen.push("database"), 0);
  closing.add(async (limitMs) => {
    await new Promise((resolve) => setTimeout(resolve, limitMs));
    seen.push(`given back after ${limitMs} ms`);
  }, 1_000);
  closing.add(closeConnections, 5_000);
  return { seen, run: (limitMs: number) => closing.run(limitMs, undefined) };
}

test("what is unfinished is given back before the database closes, though the connections never end", async () => {
  const { seen, run } = parts(() => new Promise(() => undefined));
  const running = run(20_000);
  await vi.advanceTimersByTimeAsync(20_000);
  await running;
  expect(seen).toEqual(["given back after 3000 ms", "database"]);
});

test("answers have the time that the connections did not take", async () => {
  const { seen, run } = parts(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
  const running = run(20_000);
  await vi.advanceTimersByTimeAsync(20_000);
  await running;
  expect(seen).toEqual(["given back after 16000 ms", "database"]);
});

test("each has its turn where another fails, and where no time is left", async () => {
  const { seen, run } = parts(() => Promise.reject(new Error("no")));
  const running = run(0);
  await vi.advanceTimersByTimeAsync(0);
  await running;
  expect(seen).toEqual(["given back after 0 ms", "database"]);
});
