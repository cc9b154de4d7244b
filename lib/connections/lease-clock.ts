// How sure this process may be of its leases: when they were last renewed, and whether that was late.
import { type Holder, leaseMs } from "@/lib/connections/leases";
import { elapsedSince, type Moment, thisMoment } from "@/lib/elapsed";

/** Parts of a lease's length: how often it is renewed, when that is late, and how long others get who were late, too. */
const RENEW_EVERY = 0.3;
const LATE_AFTER = 0.7;
const SPARE_FOR = 0.5;
/** After so long the bots are connected elsewhere, if there is anybody: a second socket takes part of their events. */
const GIVE_UP_AFTER = 2;

export class LeaseClock {
  readonly #isAlone: boolean;
  readonly #leaseMs: number;
  #renewedAt = thisMoment();
  #wasLateAt: Moment | undefined;

  constructor(holder: Holder) {
    this.#isAlone = holder.isAlone;
    this.#leaseMs = leaseMs(holder);
  }

  get renewEveryMs(): number {
    return this.#leaseMs * RENEW_EVERY;
  }

  /** They may be another's by now. */
  get isStale(): boolean {
    return this.#isPast(1);
  }

  get isLate(): boolean {
    return this.#isPast(LATE_AFTER);
  }

  /** Whoever else can, has taken the bots over by now. */
  get isHopeless(): boolean {
    return this.#isPast(GIVE_UP_AFTER);
  }

  /**
   * Who was late does not take over what others have not renewed yet: what kept it, a database that was away or a
   * computer asleep, kept them, too.
   */
  get sparesOthers(): boolean {
    const since = this.#wasLateAt ? elapsedSince(this.#wasLateAt) : Number.POSITIVE_INFINITY;
    return since < this.#leaseMs * SPARE_FOR || this.isLate;
  }

  /** They were renewed; `askedAt` is from before the question. */
  renewed(askedAt: Moment): void {
    if (this.isLate) this.#wasLateAt = thisMoment();
    this.#renewedAt = askedAt;
  }

  /** The first leases are taken; there were none to be late with. */
  begin(askedAt: Moment): void {
    this.#renewedAt = askedAt;
  }

  #isPast(part: number): boolean {
    return !this.#isAlone && elapsedSince(this.#renewedAt) >= this.#leaseMs * part;
  }
}
