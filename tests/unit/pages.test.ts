import { expect, test } from "vitest";
import { addressOfModel, modelInHash } from "@/app/_components/bots/failure";
import { readOn, withNewFirst } from "@/app/_components/requests/pages";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const page = (cursor: string | null, ...ids: string[]) => ({ rows: rows(...ids), nextCursor: cursor });
const pages = (first: ReturnType<typeof page>, cursor: string | null, ...further: string[]) => ({
  ...{ first, rows: [...first.rows, ...rows(...further)], nextCursor: cursor },
});

test("the further pages of a list stay when its beginning is read anew", () => {
  const before = pages(page("2", "a", "b"), "4", "c", "d");
  expect(withNewFirst(before, page("2", "a", "b"))).toMatchObject({ rows: rows("a", "b", "c", "d"), nextCursor: "4" });
  // One of the first page is gone: what moved up stands there once.
  expect(withNewFirst(before, page("3", "a", "c"))).toMatchObject({ rows: rows("a", "c", "d"), nextCursor: "4" });
  expect(withNewFirst(before, page(null, "a"))).toMatchObject({ rows: rows("a"), nextCursor: null });
  expect(withNewFirst(pages(page("2", "a"), "2"), page("2", "b"))).toMatchObject({ rows: rows("b"), nextCursor: "2" });
});

test("they are read anew as far as they were read, and no further", async () => {
  const asked: [string, number][] = [];
  const served = [page("4", "c2", "d2"), page(null, "e2")];
  const read = async (cursor: string, limit: number) => {
    asked.push([cursor, limit]);
    return served.shift() ?? page(null);
  };
  const again = await readOn(pages(page("2", "a", "b"), "6", "c", "d", "e", "f"), read);
  expect(again).toMatchObject({ rows: rows("a", "b", "c2", "d2", "e2"), nextCursor: null });
  expect(asked).toEqual([
    ["2", 4],
    ["4", 2],
  ]);
});

test("an address leads to a model, whatever its id", () => {
  expect(modelInHash(new URL(addressOfModel("a-1"), "http://a.example").hash)).toBe("a-1");
  expect(modelInHash("#main")).toBeUndefined();
  expect(modelInHash("")).toBeUndefined();
});
