// The rows of the bots whose events are being handled, read again only when they have changed.
import { getBotRow } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";

const MAX_KNOWN = 1_000;

type Known = { updatedAt: number; row: Promise<BotRow | null> };

export class BotRows {
  readonly #db: Database;
  readonly #known = new Map<string, Known>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** `updatedAt` is the row's own, seen a moment ago. Null when the bot is gone. */
  get(botId: string, updatedAt: number): Promise<BotRow | null> {
    const known = this.#known.get(botId);
    if (known?.updatedAt === updatedAt) return known.row;
    const entry: Known = { updatedAt, row: getBotRow(this.#db, botId) };
    entry.row.catch(() => {
      if (this.#known.get(botId) === entry) this.#known.delete(botId);
    });
    this.#known.set(botId, entry);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest) this.#known.delete(oldest);
    return entry.row;
  }
}
