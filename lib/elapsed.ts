// How much time has passed, the computer's sleep included.

/** The steady clock stands still while the computer sleeps; the other one can be set. */
export type Moment = { steady: number; wall: number };

export const thisMoment = (): Moment => ({ steady: performance.now(), wall: Date.now() });

/** In ms; too much rather than too little where somebody set the clock. */
export const elapsedSince = ({ steady, wall }: Moment): number =>
  Math.max(performance.now() - steady, Date.now() - wall);
