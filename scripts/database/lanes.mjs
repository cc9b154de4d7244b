// Whose turn it is: work goes first, and where both wait, the console gets a share of the time.

/** So much longer than the console's last turn does work have the session, before the console has it again. */
const WORK_SHARE = 4;

export class Lanes {
  #waiting = { work: [], console: [] };
  /** For how long, in ms, work still goes before a console that waits. */
  #due = 0;

  add(lane, entry) {
    this.#waiting[lane].push(entry);
  }

  get isEmpty() {
    return this.#waiting.work.length === 0 && this.#waiting.console.length === 0;
  }

  next() {
    const { work, console } = this.#waiting;
    const lane = console.length > 0 && (work.length === 0 || this.#due < 0) ? console : work;
    return lane.shift();
  }

  measured(lane, run) {
    const startedAt = performance.now();
    run();
    this.used(lane, performance.now() - startedAt);
  }

  used(lane, ms) {
    if (lane === "console") this.#due = ms * WORK_SHARE;
    else if (this.#waiting.console.length > 0) this.#due -= ms;
    else this.#due = Math.max(0, this.#due);
  }
}
