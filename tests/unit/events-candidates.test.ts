import { describe, expect, test } from "vitest";
import { Candidates } from "@/lib/events/candidates";

const room = (rooms: Record<string, number>) => (botId: string) => rooms[botId] ?? 0;

describe("candidates", () => {
  test("serves the bots in turn, each in its order", () => {
    const candidates = new Candidates();
    for (const id of [1, 2, 3]) candidates.add("a", id);
    for (const id of [4, 5]) candidates.add("b", id);
    expect(candidates.take(4, room({ a: 9, b: 9 }))).toEqual([1, 4, 2, 5]);
    expect(candidates.take(4, room({ a: 9, b: 9 }))).toEqual([3]);
    expect(candidates.size).toBe(0);
  });

  test("takes no more of a bot than there is room for", () => {
    const candidates = new Candidates();
    for (const id of [1, 2, 3]) candidates.add("a", id);
    candidates.add("b", 4);
    expect(candidates.take(9, room({ a: 2, b: 0 }))).toEqual([1, 2]);
    expect(candidates.take(9, room({ a: 2, b: 1 }))).toEqual([4, 3]);
  });

  test("knows an event once", () => {
    const candidates = new Candidates();
    candidates.add("a", 1);
    candidates.add("a", 1);
    expect(candidates.take(9, room({ a: 9 }))).toEqual([1]);
  });
});
