// Looks at the bots now and then, and has told what rules ask for.

import { sql } from "drizzle-orm";
import { type ClaimedRule, claimRules, deliver } from "@/lib/alerts/delivery";
import { ALERT_TIMING, type AlertTiming } from "@/lib/alerts/due";
import { lookAtBots } from "@/lib/alerts/look";
import type { Bus } from "@/lib/db/bus";
import { type Database, isDatabaseAway, queryRows } from "@/lib/db/client";
import type { Logger } from "@/lib/logger";
import type { Sealer } from "@/lib/sealing";
import { getMailServer, type MailServer } from "@/lib/settings/mail";

/** What was handed over to the other side is let finish: given up, it would be told twice. */
const FINISH_MS = 3_000;

export type AlertWatchDeps = {
  db: Database;
  /** Hears when trouble begins, is told, or ends. */
  bus: Pick<Bus, "publish">;
  logger: Logger;
  sealer: Sealer;
  env: { mail: MailServer | undefined; publicUrl: string | undefined };
  timing?: Partial<AlertTiming>;
};

export class AlertWatch {
  readonly #deps: AlertWatchDeps;
  readonly #timing: AlertTiming;
  #isStopped = false;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  readonly #sendings = new Set<Promise<void>>();
  #told: string | undefined;

  constructor(deps: AlertWatchDeps) {
    this.#deps = deps;
    this.#timing = { ...ALERT_TIMING, ...deps.timing };
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#look().finally(() => this.start());
    }, this.#timing.lookMs);
  }

  /** What is not taken soon is given up; another replica, or the next start, sends it again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    const giveUp = setTimeout(() => this.#abort.abort(), FINISH_MS);
    await Promise.all(this.#sendings);
    clearTimeout(giveUp);
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { db, logger } = this.#deps;
    try {
      await lookAtBots(db, this.#timing);
      await this.#tellChanges();
      for (const rule of await claimRules(this.#parts)) {
        const sending = this.#send(rule).finally(() => this.#sendings.delete(sending));
        this.#sendings.add(sending);
      }
    } catch (err) {
      if (isDatabaseAway(err)) logger.debug({ err }, "alert check failed");
      else logger.error({ err }, "alert check failed");
    }
  }

  /** Whoever looks at the alerts reads them again: only when there is something to see. */
  async #tellChanges(): Promise<void> {
    const { db, bus } = this.#deps;
    const [row] = await queryRows<{ now: string | null }>(
      db,
      sql`select md5(concat(
          (select string_agg(concat_ws(' ', rule_id, bot_id, condition, since, told_at, ended_at), ',' order by rule_id, bot_id, condition) from alerts),
          (select string_agg(concat_ws(' ', id, sent_at, tried_at), ',' order by id) from alert_rules))) as now`,
    );
    const now = row?.now ?? "";
    if (this.#told !== undefined && this.#told !== now) bus.publish({ topic: "alerts" });
    this.#told = now;
  }

  get #parts() {
    const { db, sealer, env } = this.#deps;
    return { db, sealer, publicUrl: env.publicUrl, timing: this.#timing, stopping: this.#abort.signal };
  }

  /** Never rejects. */
  async #send(rule: ClaimedRule): Promise<void> {
    const { logger } = this.#deps;
    try {
      const mail = rule.channel === "email" ? await getMailServer(this.#deps) : undefined;
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(this.#timing.sendMs)]);
      const failure = await deliver(rule, this.#parts, { mail, signal });
      if (failure) logger.warn({ ruleId: rule.id, reason: failure.code }, "alert was not accepted");
      await this.#tellChanges();
    } catch (err) {
      logger.error({ err, ruleId: rule.id }, "alert was not sent");
    }
  }
}
