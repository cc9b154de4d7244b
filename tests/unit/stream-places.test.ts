import { expect, test } from "vitest";
import { takePlace } from "@/app/api/_http/places";

test("one person has a bounded number of live streams, whoever else has how many", () => {
  const leave = [takePlace("ann", 2), takePlace("ann", 2)];
  expect(() => takePlace("ann", 2)).toThrow("live streams");
  const bens = takePlace("ben", 2);
  leave[0]?.();
  const again = takePlace("ann", 2);
  expect(() => takePlace("ann", 2)).toThrow();
  for (const end of [again, leave[1], bens]) end?.();
  for (const end of [takePlace("ann", 2), takePlace("ann", 2)]) end();
});
