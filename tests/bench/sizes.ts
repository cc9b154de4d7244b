// How much is measured: enough to be quoted, or so little that a try of the benchmark itself is over in a few minutes.

export type Sizes = {
  /** Answer messages; rest with them, then with so many more. */
  bots: number;
  moreBots: number;
  replies: number;
  /** A contestant that takes long for an answer gives fewer of them. */
  replyLimitMs: number;
  bursts: readonly [number, number];
  /** Of a model: so many answers, each of so many pieces, one every so often. */
  answers: number;
  answerWords: number;
  wordMs: number;
  /** Of the console: what the larger installation has, and how often all pages are gone through. */
  consoleBots: number;
  consoleMessages: number;
  switchRounds: number;
  /** What a start leaves behind has passed by then. */
  settleMs: number;
  idleMs: number;
  outageMs: number;
  /** Who is not back by then is counted as never. */
  backLimitMs: number;
};

export const FULL: Sizes = {
  bots: 20,
  moreBots: 180,
  replies: 200,
  replyLimitMs: 30_000,
  bursts: [1_000, 10_000],
  answers: 40,
  answerWords: 50,
  wordMs: 20,
  consoleBots: 200,
  consoleMessages: 100_000,
  switchRounds: 8,
  settleMs: 10_000,
  idleMs: 30_000,
  outageMs: 20_000,
  backLimitMs: 300_000,
};

export const QUICK: Sizes = {
  bots: 5,
  moreBots: 15,
  replies: 30,
  replyLimitMs: 5_000,
  bursts: [100, 500],
  answers: 10,
  answerWords: 50,
  wordMs: 20,
  consoleBots: 20,
  consoleMessages: 2_000,
  switchRounds: 2,
  settleMs: 2_000,
  idleMs: 5_000,
  outageMs: 5_000,
  backLimitMs: 30_000,
};
