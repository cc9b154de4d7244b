import { expect, test } from "vitest";
import { searchInTurn, takeExport } from "@/lib/events/reading-turns";
import { waitFor } from "@/tests/support/wait-for";

const asked = () => new AbortController();

test("four searches of a person run at once, the others wait in order, and other people do not wait for them", async () => {
  const running: string[] = [];
  const endings = new Map<string, () => void>();
  const search = (userId: string, name: string, abort = asked()) =>
    searchInTurn(userId, abort.signal, async () => {
      running.push(name);
      await new Promise<void>((resolve) => endings.set(name, resolve));
      return name;
    });
  const leaving = asked();
  const all = ["1", "2", "3", "4", "5", "6"].map((name) => search("ann", name, name === "5" ? leaving : asked()));
  const other = search("bo", "bo");
  await waitFor(
    () => running.length === 5,
    () => `five to run (${running})`,
  );
  expect(running.toSorted()).toEqual(["1", "2", "3", "4", "bo"]);
  // Whoever has left loses their turn.
  leaving.abort();
  await expect(all[4]).rejects.toThrow(/abort/i);
  endings.get("2")?.();
  await waitFor(
    () => running.includes("6"),
    () => "the sixth to have its turn",
  );
  for (const end of endings.values()) end();
  expect(await Promise.all([...all.slice(0, 4), all[5], other])).toEqual(["1", "2", "3", "4", "6", "bo"]);
});

test("whoever asks for far more than is searched at once is told to wait", async () => {
  const endings: (() => void)[] = [];
  const search = () =>
    searchInTurn("ann", asked().signal, () => new Promise<void>((resolve) => void endings.push(resolve)));
  const searches = Array.from({ length: 24 }, search);
  await expect(search()).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 5, params: { limit: 4 } });
  const all = Promise.all(searches);
  let isOver = false;
  void all.then(() => {
    isOver = true;
  });
  await waitFor(
    () => {
      for (const end of endings.splice(0)) end();
      return isOver;
    },
    () => "all to have had their turn",
  );
});

test("two exports of a person run at once; a place is given back once", () => {
  const [first, second] = [takeExport("ann"), takeExport("ann")];
  expect(() => takeExport("ann")).toThrow(expect.objectContaining({ code: "rate_limited", retryAfterSeconds: 5 }));
  takeExport("bo")();
  first();
  first();
  const third = takeExport("ann");
  expect(() => takeExport("ann")).toThrow(/2 exports/);
  second();
  third();
});
