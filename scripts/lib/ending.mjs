// Notices that the process should end: a signal, or the death of the npm that started it.
const PARENT_CHECK_MS = 500;

/** An AbortSignal; it aborts once, and the same request repeated changes nothing. */
export function watchForEnd() {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // An npm killed with SIGKILL passes nothing on, and would leave a server behind that holds port and database.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && end(), PARENT_CHECK_MS).unref();
  }
  return ending.signal;
}

export const whenAborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
