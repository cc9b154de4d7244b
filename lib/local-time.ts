// Where a reader's day and hours begin: time zones by their IANA names.

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** How far the zone's clocks are ahead of UTC at that moment. */
function offsetMs(at: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(at / 1_000) * 1_000;
}

/** The first moment of the local day; where the clocks skip midnight, that is later than 00:00. */
export function startOfDay(at: Date, timeZone: string): Date {
  const dayOf = (time: number) => Math.floor((time + offsetMs(time, timeZone)) / DAY_MS);
  const today = dayOf(at.getTime());
  // No day is longer than 25 hours. Clocks are changed in the middle of a day, too: the change of date is searched for.
  let [before, within] = [at.getTime() - 26 * HOUR_MS, at.getTime()];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayOf(middle) === today) within = middle;
    else before = middle;
  }
  return new Date(within);
}

/** The last time at which the zone's clocks showed a full hour. */
export function startOfHour(at: Date, timeZone: string): Date {
  return new Date(at.getTime() - ((at.getTime() + offsetMs(at.getTime(), timeZone)) % HOUR_MS));
}
