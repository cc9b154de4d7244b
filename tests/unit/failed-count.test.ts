import { expect, test } from "vitest";
import { failedAfter, failedAtFirst } from "@/app/_components/messages/failed";
import type { Event } from "@/lib/events/schemas";

const after = (...news: [string, Event["status"]][]) =>
  news.reduce(
    (failed, [id, status]) => failedAfter(failed, { id, status }),
    failedAtFirst({ count: 4, more: false, ids: ["1", "2", "3", "4"] }),
  ).count;

// Four had failed when the log was opened; three were replayed elsewhere, and "Replay 4 failed" stayed.
test("what is replayed elsewhere leaves the count", () => {
  expect(after(["1", "pending"], ["1", "processing"], ["2", "pending"], ["3", "done"])).toBe(1);
});

test("what fails counts once, also when it fails again", () => {
  expect(after(["4", "failed"], ["9", "done"], ["5", "failed"], ["5", "failed"])).toBe(5);
  expect(after(["4", "pending"], ["4", "failed"])).toBe(4);
});
