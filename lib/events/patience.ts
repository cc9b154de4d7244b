// Waits within a try for what Feishu has no time for at the moment: what has begun to be sent is brought to its end.
import type { Lease } from "@/lib/events/try";
import type { FeishuError } from "@/lib/feishu/errors";

const MOST_TRIES = 6;
const LONGEST_WAIT_MS = 5_000; // longer ones are the inbox's

/** Throws the error where it is not worth waiting. */
export async function waitForFeishu(error: FeishuError, tries: number, lease: Lease): Promise<void> {
  const waitMs = error.retryAfterMs ?? 250 * 2 ** tries;
  if (tries >= MOST_TRIES || waitMs > LONGEST_WAIT_MS || error.kind === "credentials") throw error;
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  await lease.requireHeld();
}
