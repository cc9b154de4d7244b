import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { thisMoment } from "@/lib/elapsed";
import { LeaseKeeper, LeaseLost } from "@/lib/events/leases";
import { createLogger } from "@/lib/logger";

const LEASE_MS = 10_000;

afterEach(() => void vi.useRealTimers());

/** A lease of one event; `asked` counts how often the database was asked whether it is still ours. */
function oneLease(isOurs: () => boolean) {
  const asked = { times: 0 };
  const logger = createLogger("error", { write: () => undefined });
  const renew = async (ids: number[]) => {
    asked.times += 1;
    return new Set(isOurs() ? ids : []);
  };
  const keeper = new LeaseKeeper({ leaseMs: LEASE_MS, renewMs: 3_000, renew, logger });
  onTestFinished(() => keeper.stop());
  return { keeper, lease: keeper.hold(1, thisMoment()), asked };
}

test("while it lasts nobody is asked", async () => {
  const { lease, asked } = oneLease(() => true);
  await lease.requireHeld();
  expect(asked.times).toBe(0);
});

// The steady clock stands still while a computer sleeps: only the other one tells of it.
test.each(["asleep", "frozen"])("who was %s for longer than it lasts asks before anything is sent", async (how) => {
  vi.useFakeTimers({ toFake: how === "asleep" ? ["Date"] : ["performance"], now: Date.now() });
  let isOurs = true;
  const { lease, asked } = oneLease(() => isOurs);
  const wait = () => (how === "asleep" ? vi.setSystemTime(Date.now() + LEASE_MS) : vi.advanceTimersByTime(LEASE_MS));
  wait();
  await lease.requireHeld();
  expect(asked.times).toBe(1);
  await lease.requireHeld();
  expect(asked.times).toBe(1);
  wait();
  isOurs = false;
  await expect(lease.requireHeld()).rejects.toThrow(LeaseLost);
  expect(lease.signal.aborted).toBe(true);
});

test("a clock that is set back does not prolong it", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const { lease, asked } = oneLease(() => false);
  vi.advanceTimersByTime(LEASE_MS);
  vi.setSystemTime(Date.now() - 3_600_000);
  await expect(lease.requireHeld()).rejects.toThrow(LeaseLost);
  expect(asked.times).toBe(1);
});
