// Waits until a condition holds; the time is a safety net, not something to measure by.

type Falsy = null | undefined | false | 0 | "";

/**
 * Resolves with the first truthy value of `condition`. What it throws counts as "not yet".
 * `what` is told when it never holds; a function is asked only then, to show how things stand.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  what: string | (() => string) = "the condition",
  deadlineMs = 20_000,
): Promise<Exclude<T, Falsy>> {
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, Falsy>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      const awaited = typeof what === "string" ? what : what();
      throw new Error(`Waited ${deadlineMs} ms in vain for ${awaited}.`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
