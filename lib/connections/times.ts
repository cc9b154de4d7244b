// How often the connection manager looks, and how long it waits for others.

export const TIMES = {
  /** The net below the news; with the lease's length it makes the time until a killed process is replaced. */
  reconcileMs: 2_000,
  vitalsMs: 20_000,
  /** How exactly it is known afterwards when a killed process was last alive. */
  aliveMs: 3_000,
  pulseMs: 1_000,
  stillAfterMs: 5_000,
  eventTimesMs: 1_000,
  forgetMs: 3_600_000,
  /** How long a disconnect waits for the replica that holds the bot. */
  disconnectMs: 10_000,
  /** How long a process that stops waits for others to take its bots over. */
  handOverMs: 10_000,
};
