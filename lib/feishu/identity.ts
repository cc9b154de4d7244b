// Knows each bot's own open_id in Feishu: asked once, kept in the bot's row.
import { and, eq } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { type BotRow, bots } from "@/lib/db/schema";
import type { FeishuApis } from "@/lib/feishu/api";
import { FeishuError } from "@/lib/feishu/errors";

const PAUSE_MS = 5_000; // between two questions after a failed one

type BotInfo = { code?: number; msg?: string; bot?: { open_id?: string } };
type Asked = { version: number; openId: Promise<string>; failedAt?: number };

export class Identities {
  readonly #db: Database;
  readonly #apis: FeishuApis;
  readonly #asked = new Map<string, Asked>();

  constructor(db: Database, apis: FeishuApis) {
    this.#db = db;
    this.#apis = apis;
  }

  /** Rejects with a `FeishuError` while Feishu does not say; then the bot must count as not mentioned. */
  async openIdOf(bot: Pick<BotRow, "id" | "credentialsVersion" | "openId">): Promise<string> {
    if (bot.openId) return bot.openId;
    const known = this.#asked.get(bot.id);
    const isUsable =
      known?.version === bot.credentialsVersion && Date.now() - (known.failedAt ?? Number.POSITIVE_INFINITY) < PAUSE_MS;
    if (known && isUsable) return known.openId;
    const asked: Asked = { version: bot.credentialsVersion, openId: this.#ask(bot) };
    this.#asked.set(bot.id, asked);
    asked.openId.catch(() => {
      asked.failedAt = Date.now();
    });
    return asked.openId;
  }

  async #ask(bot: Pick<BotRow, "id" | "credentialsVersion">): Promise<string> {
    const api = await this.#apis.of(bot);
    const info = await api.call((client) => client.request<BotInfo>({ method: "GET", url: "/open-apis/bot/v3/info" }));
    const openId = info.bot?.open_id;
    if (!openId) throw new FeishuError({ kind: "unknown", reason: { code: "feishu.noIdentity" } });
    await this.#db
      .update(bots)
      .set({ openId })
      .where(and(eq(bots.id, bot.id), eq(bots.credentialsVersion, bot.credentialsVersion)));
    return openId;
  }
}
