// The side that takes bots over: connects those that are offered while their holder still is, and then takes the lease.
import type { HeldBot } from "@/lib/connections/held-bot";
import { type Holder, releaseLeases } from "@/lib/connections/leases";
import { CLAIM_MS, type Claim, claimOffers, dropClaims, takeOver } from "@/lib/connections/offers";
import type { Database } from "@/lib/db/client";
import type { Logger } from "@/lib/logger";

type SuccessorDeps = {
  db: Database;
  holder: Holder;
  logger: Logger;
  /** A connection that writes nothing yet, and calls back when it is up. */
  create(claim: Claim, onConnected: () => void): HeldBot;
  onTakenOver(held: HeldBot): void;
};

type Candidate = {
  claim: Claim;
  held: HeldBot;
  limit: NodeJS.Timeout;
  taking?: Promise<void> | undefined;
  ending?: Promise<void>;
};

// Lets go before the claim ends, so that nobody else connects meanwhile.
const LIMIT_MS = CLAIM_MS - 1_000;

export class Successor {
  readonly #deps: SuccessorDeps;
  readonly #candidates = new Map<string, Candidate>();

  constructor(deps: SuccessorDeps) {
    this.#deps = deps;
  }

  get botIds(): string[] {
    return [...this.#candidates.keys()];
  }

  isOf(held: HeldBot): boolean {
    return this.#candidates.get(held.botId)?.held === held;
  }

  async claim(most: number, busy: string[]): Promise<void> {
    if (most <= 0) return;
    const { db, holder } = this.#deps;
    for (const claim of await claimOffers(db, holder, most, busy)) this.#begin(claim);
  }

  /** Gives up bots that are not wished for any more or not as they were; tries again to take over what is connected. */
  async settle(wanted: Map<string, { credentialsVersion: number }>): Promise<void> {
    for (const candidate of [...this.#candidates.values()]) {
      const { claim, held } = candidate;
      // It may have become the holder while another one was settled.
      if (!this.isOf(held)) continue;
      if (wanted.get(claim.botId)?.credentialsVersion !== claim.credentialsVersion) void this.#end(candidate);
      else if (held.state === "connected") await this.#takeOver(candidate);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#candidates.values()].map((candidate) => this.#end(candidate)));
  }

  #begin(claim: Claim): void {
    const held = this.#deps.create(claim, () => void this.#takeOver(candidate));
    const limit = setTimeout(() => void this.#end(candidate), LIMIT_MS);
    const candidate: Candidate = { claim, held, limit };
    this.#candidates.set(claim.botId, candidate);
    held.start();
  }

  #takeOver(candidate: Candidate): Promise<void> {
    if (candidate.ending || !this.isOf(candidate.held)) return Promise.resolve();
    candidate.taking ??= this.#takeOverOnce(candidate).finally(() => {
      candidate.taking = undefined;
    });
    return candidate.taking;
  }

  async #takeOverOnce(candidate: Candidate): Promise<void> {
    const { claim, held } = candidate;
    const { db, holder, logger } = this.#deps;
    try {
      const fence = await takeOver(db, holder, claim);
      if (fence === undefined) return void this.#end(candidate);
      // It was given up meanwhile.
      if (candidate.ending) return await releaseLeases(db, holder, [claim.botId]);
      clearTimeout(candidate.limit);
      this.#candidates.delete(claim.botId);
      held.becomeHolder(fence, claim.from);
      this.#deps.onTakenOver(held);
    } catch (err) {
      logger.error({ err, botId: claim.botId }, "taking over a bot failed");
    }
  }

  #end(candidate: Candidate): Promise<void> {
    const { claim, held } = candidate;
    if (!candidate.ending && !this.isOf(held)) return Promise.resolve();
    clearTimeout(candidate.limit);
    candidate.ending ??= held
      .abandon()
      .then(() => candidate.taking)
      .then(() => dropClaims(this.#deps.db, this.#deps.holder, [claim.botId]))
      // The claim ends by itself.
      .catch((err: unknown) =>
        this.#deps.logger.error({ err, botId: claim.botId }, "releasing the claim on a bot failed"),
      )
      .then(() => {
        if (this.isOf(held)) this.#candidates.delete(claim.botId);
      });
    return candidate.ending;
  }
}
