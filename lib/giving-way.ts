// Gives the event loop back during work that others feed: a stream may bring more than one turn of it can bear.
import { setImmediate } from "node:timers/promises";

const LONGEST_TURN_MS = 10;

/** Called between two pieces of the work. */
export function givingWay(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_TURN_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
