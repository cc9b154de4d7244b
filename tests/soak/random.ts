// Random numbers that a seed makes the same again.

export type Random = {
  /** From `low` up to and without `high`. */
  between(low: number, high: number): number;
  /** A whole number from 0 up to and without `count`. */
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
};

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    between: (low, high) => low + next() * (high - low),
    pick<T>(items: readonly T[]) {
      if (items.length === 0) throw new Error("There is nothing to pick from.");
      return items[below(items.length)] as T;
    },
  };
}
