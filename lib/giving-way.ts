// Gives the event loop back during work that others feed: many streams may bring more than one turn of it can bear.

const SLICE_MS = 10;

const waiting: (() => void)[] = [];

/** Called between two pieces of the work; all works of this kind take turns, one in each turn of the loop. */
export function givingWay(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return inTurn().then(() => {
      since = performance.now();
    });
  };
}

function inTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
}

function next(): void {
  const resolve = waiting.shift();
  // After it, so that it runs before the next one begins.
  if (waiting.length > 0) setImmediate(next);
  resolve?.();
}
