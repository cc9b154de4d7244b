// Sends what rules have to tell: one replica a rule, one message for all that is due, again later when it fails.
import { sql } from "drizzle-orm";
import { AlertError } from "@/lib/alerts/alert-error";
import { type Sending, sendMessage, type Way } from "@/lib/alerts/channels";
import { type AlertTiming, inMs, isGathered, isTellable } from "@/lib/alerts/due";
import { composeMessage, type Trouble } from "@/lib/alerts/message";
import { refuseStrangers } from "@/lib/alerts/receivers";
import type { Channel, Condition } from "@/lib/alerts/schemas";
import { openSecret, openTarget } from "@/lib/alerts/target";
import { type Database, queryRows } from "@/lib/db/client";
import { AppError, type Reason } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import type { Locale } from "@/lib/text/translate";

export type DeliveryParts = {
  db: Database;
  sealer: Sealer;
  publicUrl: string | undefined;
  timing: AlertTiming;
  /** Aborted when the process stops: what fails then has not failed. */
  stopping: AbortSignal;
};

export type ClaimedRule = {
  id: string;
  name: string;
  channel: Channel;
  sealedTarget: string;
  sealedSecret: string | null;
  locale: Locale;
  attempts: number;
  mayReachInside: boolean;
  ownerIsAdmin: boolean;
};

/** The rules that have something to tell; no other replica gets the same ones while their lease lasts. */
export async function claimRules({ db, timing }: DeliveryParts): Promise<ClaimedRule[]> {
  return queryRows<ClaimedRule>(
    db,
    sql`update alert_rules rule set lease_until = now() + ${inMs(timing.sendMs * 2)}
      from users u
      where u.id = rule.owner_id and rule.id in (
        select r.id from alert_rules r
        where r.enabled and (r.lease_until is null or r.lease_until < now())
          and (r.retry_at is null or r.retry_at <= now())
          and exists (select from alerts a where a.rule_id = r.id and ${isTellable(timing)} and ${isGathered(timing)})
        for update skip locked)
      returning rule.id, rule.name, rule.channel, rule.sealed_target as "sealedTarget",
        rule.sealed_secret as "sealedSecret", rule.locale, rule.attempts, rule.may_reach_inside as "mayReachInside",
        u.role = 'admin' as "ownerIsAdmin"`,
  );
}

/** Undefined when it was taken, else why it was not. */
export async function deliver(rule: ClaimedRule, parts: DeliveryParts, sending: Sending): Promise<Reason | undefined> {
  const { db, timing } = parts;
  const told = await listTellable(parts, rule.id);
  if (told.length === 0) {
    await settle(db, rule.id, { lease: "end" });
    return undefined;
  }
  const message = composeMessage(rule, told, { publicUrl: parts.publicUrl, now: new Date() });
  let partly: Reason | undefined;
  try {
    const way = wayOf(parts.sealer, rule);
    await refuseStrangers(db, { ...way, ownerIsAdmin: rule.ownerIsAdmin });
    partly = await sendMessage(way, message, sending);
  } catch (error) {
    if (parts.stopping.aborted) {
      await settle(db, rule.id, { lease: "end" });
      return undefined;
    }
    const reason = reasonOf(error);
    const wait = timing.retryMs[Math.min(rule.attempts, timing.retryMs.length - 1)] ?? 0;
    await settle(db, rule.id, { failed: reason, waitMs: wait });
    return reason;
  }
  await markTold(db, rule.id, told, partly);
  return partly;
}

export const wayOf = (
  sealer: Sealer,
  rule: Pick<ClaimedRule, "id" | "channel" | "sealedTarget" | "sealedSecret" | "mayReachInside">,
): Way => ({
  channel: rule.channel,
  target: openTarget(sealer, rule),
  secret: openSecret(sealer, rule),
  allowPrivate: rule.mayReachInside,
});

export function reasonOf(error: unknown): Reason {
  if (error instanceof AlertError) return error.reason;
  if (error instanceof AppError && error.textKey === "sealBroken") return { code: "alert.sealBroken" };
  return { code: "alert.internal", params: { problem: error instanceof Error ? error.message : String(error) } };
}

type TellableRow = {
  bot_id: string;
  bot_name: string;
  condition: Condition;
  since: string | Date;
  ended_at: string | Date | null;
  reason: Reason | null;
  failed: number | string;
};

async function listTellable({ db, timing }: DeliveryParts, ruleId: string): Promise<Trouble[]> {
  const failures = sql`from events e where e.bot_id = a.bot_id and e.status = 'failed' and e.finished_at >= a.since`;
  const rows = await queryRows<TellableRow>(
    db,
    sql`select a.bot_id, b.name as bot_name, a.condition, a.since, a.ended_at,
        case a.condition when 'failed' then (select e.error ${failures} order by e.finished_at desc limit 1)
          else c.error end as reason,
        case a.condition when 'failed' then (select count(*) ${failures}) else 0 end as failed
      from alerts a join alert_rules r on r.id = a.rule_id join bots b on b.id = a.bot_id
        left join connections c on c.bot_id = a.bot_id
      where a.rule_id = ${ruleId} and ${isTellable(timing)}
      order by a.since, b.name, b.id`,
  );
  return rows.map((row) => ({
    botId: row.bot_id,
    botName: row.bot_name,
    condition: row.condition,
    since: new Date(row.since),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    reason: row.reason,
    failed: Number(row.failed),
  }));
}

type Settling = { lease: "end" } | { failed: Reason; waitMs: number };

async function settle(db: Database, ruleId: string, settling: Settling): Promise<void> {
  const change =
    "failed" in settling
      ? sql`, tried_at = now(), error = ${JSON.stringify(settling.failed)}::text::jsonb, attempts = attempts + 1,
          retry_at = now() + ${inMs(settling.waitMs)}`
      : sql``;
  await db.execute(sql`update alert_rules set lease_until = null ${change} where id = ${ruleId}`);
}

/** What ended while it was told is put back, so that its end is told, too. */
async function markTold(db: Database, ruleId: string, told: Trouble[], partly?: Reason): Promise<void> {
  const given = told.map(({ botId, condition, since, endedAt }) => ({
    bot_id: botId,
    condition,
    since,
    ended_at: endedAt,
  }));
  const rows = sql`jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb)
    as g(bot_id text, condition text, since timestamptz, ended_at timestamptz)`;
  await db.transaction(async (tx) => {
    await tx.execute(sql`delete from alerts a using ${rows} where a.rule_id = ${ruleId} and a.bot_id = g.bot_id
      and a.condition = g.condition and g.ended_at is not null and a.ended_at = g.ended_at`);
    await tx.execute(sql`insert into alerts (rule_id, bot_id, condition, since, told_at)
      select r.id, b.id, g.condition, g.since, now() from ${rows}
      join alert_rules r on r.id = ${ruleId} join bots b on b.id = g.bot_id
      where g.ended_at is null
      on conflict (rule_id, bot_id, condition) do update set told_at = now()`);
    await tx.execute(sql`update alert_rules set lease_until = null, tried_at = now(), sent_at = now(),
      error = ${partly ? JSON.stringify(partly) : null}::text::jsonb,
      attempts = 0, retry_at = null where id = ${ruleId}`);
  });
}
