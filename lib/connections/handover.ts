// The side that gives bots away: offers what is too much, or everything at the end, and waits until it is taken.
import type { HeldBot } from "@/lib/connections/held-bot";
import type { Holder } from "@/lib/connections/leases";
import { offerBots, withdrawOffers } from "@/lib/connections/offers";
import { readShares, type Shares } from "@/lib/connections/replicas";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";

type HandoverDeps = {
  db: Database;
  bus: Bus;
  holder: Holder;
  held(): HeldBot[];
  /** Finds out what was taken over, and lets go of it. */
  renew(): Promise<void>;
};

/** Bots move a few at a time, so that neither side nor the cloud has a wave of connections. */
const FEW = 5;
const PART_OF_SURPLUS = 0.1;
const LOOK_MS = 500;

export class Handover {
  readonly #deps: HandoverDeps;

  constructor(deps: HandoverDeps) {
    this.#deps = deps;
  }

  get hasOffers(): boolean {
    return this.#deps.held().some(({ isOffered }) => isOffered);
  }

  /** Offers some of what is more than this process's share. */
  async rebalance({ others, least, most, isOtherShort }: Shares): Promise<void> {
    const held = this.#deps.held().filter(({ releasing }) => !releasing);
    const offered = held.filter(({ isOffered }) => isOffered);
    const surplus = others > 0 ? Math.max(0, held.length - (isOtherShort ? least : most)) : 0;
    const wanted = Math.min(surplus, Math.max(FEW, Math.ceil(surplus * PART_OF_SURPLUS)));
    if (offered.length > wanted) await this.#withdraw(offered.slice(wanted), "unclaimed");
    const movable = held.filter((bot) => !bot.isOffered && bot.state === "connected");
    if (offered.length < wanted) await this.#offer(movable.slice(0, wanted - offered.length));
  }

  /** A successor would connect as the bot was. */
  cancel(held: HeldBot): Promise<void> {
    return held.isOffered ? this.#withdraw([held], "all") : Promise.resolve();
  }

  /** Resolves when other replicas have taken over what is connected, when there are none, or after the limit. */
  async handAll(limitMs: number): Promise<void> {
    const { db, bus, holder, held, renew } = this.#deps;
    const hasOthers = async () => (await readShares(db, holder, 0)).others > 0;
    const connected = () => held().filter(({ state, releasing }) => state === "connected" && !releasing);
    if (holder.isAlone || connected().length === 0 || !(await hasOthers())) return;
    const deadline = performance.now() + limitMs;
    let wake: () => void = () => undefined;
    const unsubscribe = bus.subscribe("bot", () => wake());
    try {
      await this.#offer(connected());
      while (held().some(({ isOffered }) => isOffered) && performance.now() < deadline) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        await renew();
        if (!(await hasOthers())) return;
      }
    } finally {
      unsubscribe();
    }
  }

  async #offer(bots: HeldBot[]): Promise<void> {
    const { db, bus, holder } = this.#deps;
    const offered = new Set(
      await offerBots(
        db,
        holder,
        bots.map(({ botId }) => botId),
      ),
    );
    for (const bot of bots) {
      if (!offered.has(bot.botId)) continue;
      bot.isOffered = true;
      bus.publish({ topic: "bot", botId: bot.botId });
    }
  }

  async #withdraw(bots: HeldBot[], which: "all" | "unclaimed"): Promise<void> {
    const { db, holder } = this.#deps;
    const botIds = bots.map(({ botId }) => botId);
    const withdrawn = new Set(await withdrawOffers(db, holder, botIds, which));
    for (const bot of bots) if (withdrawn.has(bot.botId)) bot.isOffered = false;
  }
}
