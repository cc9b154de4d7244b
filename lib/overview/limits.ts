// How far figures that tell of trouble are counted: beyond that they say nothing new, and cost everybody time.

export const MOST_COUNTED = 10_000;
export const MOST_FAILED_OF_BOT = 1_000;
