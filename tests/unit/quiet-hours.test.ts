// Quiet hours by the clock of a time zone: over midnight, over a change of the clock, and the whole day.
import { expect, test } from "vitest";
import { quietPeriod } from "@/lib/events/quiet-hours";

const night = { from: "22:00", to: "07:30", timezone: "Asia/Shanghai" };

test.each([
  ["before it", "2026-01-31T13:59:59Z", undefined],
  ["at its beginning", "2026-01-31T14:00:00Z", "2026-01-31 22:00"],
  ["at midnight", "2026-01-31T16:00:00Z", "2026-01-31 22:00"],
  ["in its last minute, a month later", "2026-01-31T23:29:59Z", "2026-01-31 22:00"],
  ["at its end", "2026-01-31T23:30:00Z", undefined],
])("over midnight: %s", (_, at, period) => {
  expect(quietPeriod(night, new Date(at))).toBe(period);
});

test("within a day, in another zone", () => {
  const lunch = { from: "12:00", to: "13:00", timezone: "America/New_York" };
  expect(quietPeriod(lunch, new Date("2026-07-01T16:30:00Z"))).toBe("2026-07-01 12:00");
  expect(quietPeriod(lunch, new Date("2026-12-01T16:30:00Z"))).toBeUndefined();
  expect(quietPeriod(lunch, new Date("2026-12-01T17:30:00Z"))).toBe("2026-12-01 12:00");
});

test("one period a night, also when the clock is set", () => {
  const nights = { ...night, timezone: "Europe/Berlin" };
  // On 2026-03-29 the clock jumps from 02:00 to 03:00.
  const periods = ["2026-03-28T21:30:00Z", "2026-03-29T00:59:00Z", "2026-03-29T05:29:00Z"].map((at) =>
    quietPeriod(nights, new Date(at)),
  );
  expect(new Set(periods)).toEqual(new Set(["2026-03-28 22:00"]));
  expect(quietPeriod(nights, new Date("2026-03-29T05:30:00Z"))).toBeUndefined();
});

test("the same time twice is the whole day", () => {
  const always = { from: "09:00", to: "09:00", timezone: "UTC" };
  expect(quietPeriod(always, new Date("2026-05-02T08:59:00Z"))).toBe("2026-05-01 09:00");
  expect(quietPeriod(always, new Date("2026-05-02T09:00:00Z"))).toBe("2026-05-02 09:00");
});
