import { describe, expect, test } from "vitest";
import { GroupCommit } from "@/lib/events/group-commit";

const dataFault = () => Object.assign(new Error("bad row"), { code: "22P05" });

describe("group commit", () => {
  test("writes what arrives together in one batch, and what arrives meanwhile in the next", async () => {
    const batches: number[][] = [];
    let later: Promise<number> | undefined;
    const commits: GroupCommit<number, number> = new GroupCommit({
      maxItems: 100,
      write: async (items) => {
        batches.push(items);
        if (batches.length === 1) later = commits.add(4);
        return items.map((item) => item * 10);
      },
    });
    expect(await Promise.all([1, 2, 3].map((item) => commits.add(item)))).toEqual([10, 20, 30]);
    expect(await later).toBe(40);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  test("never writes two batches at once, and keeps the order", async () => {
    const written: number[] = [];
    let running = 0;
    let most = 0;
    const commits = new GroupCommit<number, number>({
      maxItems: 3,
      write: async (items) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        written.push(...items);
        running -= 1;
        return items;
      },
    });
    const all = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all(all.map((item) => commits.add(item)));
    expect(written).toEqual(all);
    expect(most).toBe(1);
  });

  test("a batch stays below its size, and a large item goes alone", async () => {
    const batches: number[][] = [];
    const commits = new GroupCommit<number, number>({
      maxItems: 100,
      sizeOf: (item) => item,
      maxSize: 10,
      write: async (items) => {
        batches.push(items);
        return items;
      },
    });
    await Promise.all([4, 4, 4, 50, 1].map((item) => commits.add(item)));
    expect(batches).toEqual([[4, 4], [4], [50], [1]]);
  });

  test("one bad item fails alone", async () => {
    const commits = new GroupCommit<string, string>({
      maxItems: 100,
      write: async (items) => {
        if (items.includes("bad")) throw dataFault();
        return items;
      },
    });
    const results = await Promise.allSettled(["a", "bad", "b"].map((item) => commits.add(item)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("a fault of the database fails the batch without trying each item", async () => {
    let writes = 0;
    const commits = new GroupCommit<string, string>({
      maxItems: 100,
      write: async () => {
        writes += 1;
        throw new Error("connection lost");
      },
    });
    const results = await Promise.allSettled(["a", "b"].map((item) => commits.add(item)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(writes).toBe(1);
  });
});
