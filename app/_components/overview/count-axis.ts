// The axis of a chart that counts: where it ends, and the whole numbers that are marked on it.
export type CountAxis = { top: number; ticks: readonly number[] };

/** Zero, the middle and the top, a round number that holds the greatest count. */
export function axisOf(most: number): CountAxis {
  if (most <= 1) return { top: 1, ticks: [0, 1] };
  const scale = 10 ** Math.floor(Math.log10(most));
  const top = [1, 2, 4, 6, 8, 10].map((step) => step * scale).find((end) => end >= most && end % 2 === 0) ?? most;
  return { top, ticks: [0, top / 2, top] };
}
