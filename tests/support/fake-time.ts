// Time that passes as fast as the machine can: timers and clocks are faked, promises and the event loop are real.
import { afterEach, beforeEach, vi } from "vitest";

/** For each test of the file. `setImmediate` stays real: a turn of it lets all that was promised happen, at no cost. */
export function fakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
  });
  afterEach(() => void vi.useRealTimers());
}

export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets so much time pass, from timer to timer; `settle` resolves when what one timer set off has had its turn. */
export async function pass(ms: number, settle: () => Promise<void> = nextTurn): Promise<void> {
  const end = performance.now() + ms;
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, ms);
  await settle();
  while (!isOver && performance.now() <= end) {
    vi.advanceTimersToNextTimer();
    await settle();
  }
}
