// How long a lost database connection waits before it is made anew.

const FIRST_SECONDS = 0.01;
const FACTOR = 3;
const LONGEST_SECONDS = 1;
/** All connections end in the same moment: that is one trouble, not ten. */
const SAME_TROUBLE_MS = 100;
const OVER_AFTER_MS = 5_000;

/**
 * For the driver's `backoff`. Its own (postgres.js 3.4) waits up to 20 s, and everybody who asks meanwhile with it; and it
 * counts no connection that was accepted and closed again, as by a load balancer before a server that is down.
 */
export function createBackoff(): () => number {
  let tries = 0;
  let beganAt = Number.NEGATIVE_INFINITY;
  return () => {
    const since = performance.now() - beganAt;
    if (since > OVER_AFTER_MS) tries = 0;
    else if (since > SAME_TROUBLE_MS) tries += 1;
    if (since > SAME_TROUBLE_MS) beganAt = performance.now();
    return Math.min(FIRST_SECONDS * FACTOR ** tries, LONGEST_SECONDS);
  };
}
