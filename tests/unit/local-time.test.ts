import { describe, expect, test } from "vitest";
import { isTimeZone, startOfDay, startOfHour } from "@/lib/local-time";

describe("local time", () => {
  test.each([
    ["Asia/Shanghai", "2026-07-29T18:40:00Z", "2026-07-29T16:00:00Z"],
    ["UTC", "2026-07-29T00:00:00Z", "2026-07-29T00:00:00Z"],
    ["Asia/Kolkata, half an hour off", "2026-07-29T18:10:00Z", "2026-07-28T18:30:00Z"],
    ["Asia/Kathmandu, a quarter off", "2026-07-29T18:20:00Z", "2026-07-29T18:15:00Z"],
    ["Pacific/Kiritimati, 14 hours ahead", "2026-01-01T00:00:00Z", "2025-12-31T10:00:00Z"],
    ["America/New_York, on the day of 23 hours", "2026-03-08T18:00:00Z", "2026-03-08T05:00:00Z"],
    ["America/New_York, on the day of 25 hours", "2026-11-02T04:59:59Z", "2026-11-01T04:00:00Z"],
    ["America/Santiago, where the clocks skip midnight", "2026-09-06T12:00:00Z", "2026-09-06T04:00:00Z"],
    ["America/Havana, where midnight comes twice", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z"],
  ])("the day begins in %s", (place, at, begin) => {
    const [zone = ""] = place.split(",");
    expect(startOfDay(new Date(at), zone)).toEqual(new Date(begin));
  });

  test("an hour begins when the clocks of the place show a full one", () => {
    const at = new Date("2026-07-29T18:10:00.500Z");
    expect(startOfHour(at, "Europe/Berlin")).toEqual(new Date("2026-07-29T18:00:00Z"));
    expect(startOfHour(at, "Asia/Kolkata")).toEqual(new Date("2026-07-29T17:30:00Z"));
    expect(startOfHour(at, "Asia/Kathmandu")).toEqual(new Date("2026-07-29T17:15:00Z"));
  });

  test("a zone is known or it is not", () => {
    expect(["Asia/Shanghai", "UTC", "Mars/Olympus", "", "../etc"].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
