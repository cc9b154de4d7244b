import { expect, test } from "vitest";
import { Semaphore, type Turn } from "@/lib/async";

/** Each piece of work is begun by the semaphore, and ended by hand. */
function scene(semaphore: Semaphore) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const ask = (name: string, turn?: Turn) =>
    semaphore.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    }, turn);
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { begun, ask, end, settle };
}

test("things are done in the order in which they were asked for", async () => {
  const { begun, ask, end, settle } = scene(new Semaphore({ atOnce: 2 }));
  for (const name of ["a", "b", "c", "d"]) void ask(name);
  await settle();
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  await end("a");
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("nobody who comes as a place falls free gets in before those who wait", async () => {
  const semaphore = new Semaphore({ atOnce: 1 });
  const release = await semaphore.acquire();
  const begun: string[] = [];
  const asked = (name: string) => semaphore.acquire().then((leave) => begun.push(name) && leave());
  const earlier = asked("waits");
  release();
  await Promise.all([earlier, asked("comes")]);
  expect(begun).toEqual(["waits", "comes"]);
});

test("who gives up while waiting is out of the way", async () => {
  const semaphore = new Semaphore({ atOnce: 1 });
  const { begun, ask, end, settle } = scene(semaphore);
  const abort = new AbortController();
  const a = ask("a");
  const b = ask("b", { signal: abort.signal });
  const c = ask("c");
  await settle();
  abort.abort(new Error("no longer wanted"));
  await expect(b).rejects.toThrow("no longer wanted");
  expect(semaphore.waiting).toBe(1);
  await end("a");
  await end("c");
  await Promise.all([a, c]);
  expect(begun).toEqual(["a", "c"]);
  await expect(ask("d", { signal: abort.signal })).rejects.toThrow("no longer wanted");
  expect(semaphore.waiting).toBe(0);
});

test("what is given up in the very moment of its turn is not begun, and its place is not lost", async () => {
  const semaphore = new Semaphore({ atOnce: 1 });
  const { begun, ask, settle } = scene(semaphore);
  const abort = new AbortController();
  const release = await semaphore.acquire();
  const a = ask("a", { signal: abort.signal });
  release();
  abort.abort(new Error("too late"));
  await expect(a).rejects.toThrow("too late");
  void ask("b");
  await settle();
  expect(begun).toEqual(["b"]);
});

test("work that fails gives its place back, and a release counts once", async () => {
  const semaphore = new Semaphore({ atOnce: 1 });
  await expect(semaphore.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  const release = await semaphore.acquire();
  release();
  release();
  const { begun, ask, settle } = scene(semaphore);
  void ask("a");
  void ask("b");
  await settle();
  expect(begun).toEqual(["a"]);
});

test("one who wants much leaves their turn to the others", async () => {
  const { begun, ask, end, settle } = scene(new Semaphore({ atOnce: 2 }));
  for (const name of ["a1", "a2", "a3", "a4"]) void ask(name, { key: "a" });
  for (const name of ["b1", "c1", "b2"]) void ask(name, { key: name[0] });
  await settle();
  for (const name of ["a1", "b1", "c1", "a2", "b2"]) await end(name);
  expect(begun).toEqual(["a1", "a2", "b1", "c1", "b2", "a3", "a4"]);
});

test("a limit for each leaves places free for the others", async () => {
  const { begun, ask, end, settle } = scene(new Semaphore({ atOnce: 2, atOncePerKey: 1 }));
  for (const name of ["a1", "a2", "b1", "b2", "c1"]) void ask(name, { key: name[0] });
  await settle();
  expect(begun).toEqual(["a1", "b1"]);
  await end("b1");
  await end("b2");
  await end("c1");
  expect(begun).toEqual(["a1", "b1", "b2", "c1"]);
  await end("a1");
  expect(begun).toEqual(["a1", "b1", "b2", "c1", "a2"]);
});
