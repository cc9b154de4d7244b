// Finds out what is wrong with the bots that rules watch, and what is over; keeps it in the table of alerts.
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type AlertTiming, inMs } from "@/lib/alerts/due";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows, type Transaction } from "@/lib/db/client";
import { readSetting, writeSetting } from "@/lib/settings/store";

// Any number that nothing else in the database locks.
const LOOK_LOCK = 1_818_325_612;
const LOOKED_AT = "alerts.lookedAt";
const REMEMBER_MS = 600_000; // far less than the time within which failures count
/** Of a bot whose connection comes and goes, no more are read to find out since when it is wished. */
const MOST_CHANGES = 200;
const HEARD_WITHIN_MS = 120_000; // twice as long as a healthy link is silent at most (the contract)

const watched = sql`alert_rules r join users u on u.id = r.owner_id
  join bots b on (r.bot_id is null or b.id = r.bot_id) and (u.role = 'admin' or b.owner_id = r.owner_id)`;
const changes = along([sql`connection_changes.bot_id`, sql`b.id`]);
const isWished = sql`(b.enabled and b.use_web_socket)`;
const isHeld = sql`coalesce(c.lease_owner is not null and c.lease_until >= now(), false)`;
const isUp = sql`(${isHeld} and c.state = 'connected' and c.last_heartbeat_at > now() - ${inMs(HEARD_WITHIN_MS)})`;

/** Does nothing while another replica looks. */
export async function lookAtBots(db: Database, timing: AlertTiming): Promise<void> {
  if ((await queryRows(db, sql`select from alert_rules where enabled limit 1`)).length === 0) return;
  await db.transaction(async (tx) => {
    const [lock] = await queryRows<{ ours: boolean }>(
      tx,
      sql`select pg_try_advisory_xact_lock(${sql.raw(String(LOOK_LOCK))}) as ours`,
    );
    if (!lock?.ours) return;
    await dropForeign(tx);
    await endWhatIsOver(tx, timing);
    await noteErrors(tx);
    await noteSilence(tx);
    await noteFailures(tx, timing);
  });
}

/** What the rule no longer asks for, and bots that are switched off or no longer the owner's to see. */
async function dropForeign(tx: Transaction): Promise<void> {
  await tx.execute(sql`delete from alerts a where not exists (
    select from ${watched} where r.id = a.rule_id and b.id = a.bot_id and r.enabled and case a.condition
      when 'error' then ${isWished} and (r.conditions->>'error')::boolean
      when 'silent' then ${isWished} and r.conditions->>'silentMinutes' is not null
      else (r.conditions->>'failedMessages')::boolean end)`);
}

async function endWhatIsOver(tx: Transaction, { steadyMs, quietMs }: AlertTiming): Promise<void> {
  // Untold trouble was a blip as soon as the connection is up; the end of told trouble must be worth telling.
  const isOver = sql`case when a.condition = 'failed' then a.told_at is not null and not exists (
      select from events e where e.bot_id = a.bot_id and e.status = 'failed' and e.finished_at > now() - ${inMs(quietMs)})
    else exists (select from connections c where c.bot_id = a.bot_id and ${isUp}
      and (a.told_at is null or c.connected_at <= now() - ${inMs(steadyMs)})) end`;
  await tx.execute(sql`delete from alerts a using alert_rules r where r.id = a.rule_id and a.ended_at is null
    and (a.told_at is null or not (r.conditions->>'recovered')::boolean) and ${isOver}`);
  await tx.execute(sql`update alerts a set ended_at = now() where a.ended_at is null and ${isOver}`);
}

// Trouble that comes back before its end was told has not ended.
const goesOn = sql`on conflict (rule_id, bot_id, condition) do update set ended_at = null
  where alerts.ended_at is not null`;

async function noteErrors(tx: Transaction): Promise<void> {
  const since = sql`coalesce((select max(x.at) from (select at, state from connection_changes where ${changes.where}
    order by ${changes.order(sql`at`, DOWN)}, id desc limit ${MOST_CHANGES}) x where x.state = 'error'), now())`;
  await tx.execute(sql`insert into alerts (rule_id, bot_id, condition, since)
    select r.id, b.id, 'error', ${since} from ${watched} join connections c on c.bot_id = b.id
    where r.enabled and (r.conditions->>'error')::boolean and ${isWished} and ${isHeld} and c.state = 'error'
    ${goesOn}`);
}

async function noteSilence(tx: Transaction): Promise<void> {
  // Since it was last switched on, if nothing was heard since.
  const wishedAt = sql`coalesce((select min(x.at) filter (where x.state <> 'disconnected' and x.id > coalesce(x.off, 0))
    from (select id, at, state, max(id) filter (where state = 'disconnected') over () as off from (
      select id, at, state from connection_changes where ${changes.where} order by ${changes.order(sql`at`, DOWN)}, id desc limit ${MOST_CHANGES}
    ) newest) x), now())`;
  await tx.execute(sql`insert into alerts (rule_id, bot_id, condition, since)
    select r.id, b.id, 'silent', greatest(c.last_heartbeat_at, ${wishedAt})
    from ${watched} left join connections c on c.bot_id = b.id
    where r.enabled and r.conditions->>'silentMinutes' is not null and ${isWished} and not coalesce(${isUp}, false)
      and not exists (select from alerts a where a.rule_id = r.id and a.bot_id = b.id and a.condition = 'silent' and a.ended_at is null)
    ${goesOn}`);
}

async function noteFailures(tx: Transaction, { quietMs }: AlertTiming): Promise<void> {
  const failed = along([sql`e.bot_id`, sql`b.id`]);
  const after = await failuresCountAfter(tx, quietMs);
  await tx.execute(sql`insert into alerts (rule_id, bot_id, condition, since)
    select r.id, b.id, 'failed', first.at
    from ${watched} cross join lateral (select e.finished_at as at from events e
      where ${failed.where} and e.status = 'failed' and e.finished_at > ${after} and e.finished_at > r.created_at
      order by ${failed.order(sql`e.finished_at`)} limit 1) first
    where r.enabled and (r.conditions->>'failedMessages')::boolean
    ${goesOn}`);
}

const lookedAtSchema = z.object({ at: z.iso.datetime() });

/** What failed since the last look, however long ago that was, and what makes trouble last. By the database's clock. */
async function failuresCountAfter(tx: Transaction, quietMs: number): Promise<SQL> {
  const last = (await readSetting(tx, LOOKED_AT, lookedAtSchema))?.at;
  const isRecent = last !== undefined && Date.now() - Date.parse(last) < REMEMBER_MS;
  if (!isRecent) await writeSetting(tx, LOOKED_AT, { at: new Date().toISOString() });
  const quiet = sql`now() - ${inMs(quietMs)}`;
  return last === undefined ? quiet : sql`least(${quiet}, ${last}::timestamptz)`;
}
