import { describe, expect, test } from "vitest";
import { Burst } from "@/lib/events/burst";

const at = () => {
  const clock = { ms: 0 };
  const burst = new Burst(() => clock.ms);
  const notes = (count: number) => {
    for (let note = 0; note < count; note += 1) burst.note();
  };
  return { clock, burst, notes };
};

describe("a burst", () => {
  test("does not hold up a few events", () => {
    const { burst, notes } = at();
    expect(burst.holdMs).toBe(0);
    notes(19);
    expect(burst.holdMs).toBe(0);
  });

  test("holds answering until it is over", () => {
    const { burst, notes, clock } = at();
    notes(20);
    expect(burst.holdMs).toBe(40);
    clock.ms += 30;
    notes(1);
    expect(burst.holdMs).toBe(40);
    clock.ms += 41;
    expect(burst.holdMs).toBe(0);
  });

  test("holds nothing for longer than half a second, however long it lasts", () => {
    const { burst, notes, clock } = at();
    for (; clock.ms <= 500; clock.ms += 20) notes(10);
    notes(10);
    expect(burst.holdMs).toBe(0);
  });

  test("events that trickle in are no burst", () => {
    const { burst, notes, clock } = at();
    for (let event = 0; event < 100; event += 1) {
      clock.ms += 50;
      notes(1);
    }
    expect(burst.holdMs).toBe(0);
  });
});
