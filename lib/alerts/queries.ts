// Reads alert rules with what is wrong, limited to what the viewer may see: their own, and for administrators all.
import { and, asc, eq, getTableColumns, gt, or, type SQL, sql } from "drizzle-orm";
import { isDue } from "@/lib/alerts/due";
import type { AlertRule, Condition, TroubleView } from "@/lib/alerts/schemas";
import { openTarget, shownTarget } from "@/lib/alerts/target";
import { type AlertRuleRow, alertRules } from "@/lib/db/alert-tables";
import { type Database, queryRows, type Transaction } from "@/lib/db/client";
import { decodeCursor, type Page, type PageRequest, pageOf, timeCursor } from "@/lib/db/page";
import { bots, type UserRow, users } from "@/lib/db/schema";
import { describeReason, notFound } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

export type RuleRow = AlertRuleRow & { ownerName: string; ownerRole: UserRow["role"]; botName: string | null };

const MOST_TROUBLES = 100;

const shownColumns = {
  ...getTableColumns(alertRules),
  ownerName: users.name,
  ownerRole: users.role,
  botName: bots.name,
};

const visibleTo = (viewer: Viewer): SQL | undefined =>
  viewer.isAdmin ? undefined : eq(alertRules.ownerId, viewer.userId);

function selectRules(db: Database | Transaction) {
  return db
    .select(shownColumns)
    .from(alertRules)
    .innerJoin(users, eq(users.id, alertRules.ownerId))
    .leftJoin(bots, eq(bots.id, alertRules.botId));
}

/** Throws `not_found` for a rule that is not there and for one that the viewer may not see, alike. */
export async function requireRule(db: Database | Transaction, viewer: Viewer, ruleId: string): Promise<RuleRow> {
  // PostgreSQL takes no NUL: there can be no such rule.
  if (ruleId.includes("\0")) throw notFound("alert");
  const [row] = await selectRules(db).where(and(eq(alertRules.id, ruleId), visibleTo(viewer)));
  if (!row) throw notFound("alert");
  return row;
}

/** Oldest first. */
export async function listRules(
  db: Database,
  viewer: Viewer,
  request: PageRequest & { ownerId?: string | undefined },
): Promise<Page<RuleRow>> {
  const after = decodeCursor(request.cursor, timeCursor);
  const at = after && new Date(after[0]);
  const rows = await selectRules(db)
    .where(
      and(
        visibleTo(viewer),
        request.ownerId ? eq(alertRules.ownerId, request.ownerId) : undefined,
        at && or(gt(alertRules.createdAt, at), and(eq(alertRules.createdAt, at), gt(alertRules.id, after[1]))),
      ),
    )
    .orderBy(asc(alertRules.createdAt), asc(alertRules.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

type ShownParts = { db: Database; sealer: Sealer };

export async function showRules({ db, sealer }: ShownParts, rows: RuleRow[], locale: Locale): Promise<AlertRule[]> {
  const troubles = await troublesOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => showRule(sealer, row, troubles.get(row.id) ?? [], locale));
}

export async function showOneRule(parts: ShownParts, row: RuleRow, locale: Locale): Promise<AlertRule> {
  const [shown] = await showRules(parts, [row], locale);
  if (!shown) throw notFound("alert");
  return shown;
}

const showRule = (sealer: Sealer, row: RuleRow, troubles: TroubleView[], locale: Locale): AlertRule => ({
  id: row.id,
  name: row.name,
  bot: row.botId === null ? null : { id: row.botId, name: row.botName ?? "" },
  channel: row.channel,
  target: shownTarget(row.channel, openTarget(sealer, row)),
  hasSecret: row.sealedSecret !== null,
  conditions: row.conditions,
  locale: row.locale,
  enabled: row.enabled,
  owner: { id: row.ownerId, name: row.ownerName },
  ...(row.sentAt && { sentAt: row.sentAt.toISOString() }),
  ...(row.triedAt && { triedAt: row.triedAt.toISOString() }),
  ...(row.error && { error: describeReason(row.error, locale) }),
  ...(row.retryAt && { retryAt: row.retryAt.toISOString() }),
  troubles,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

type TroubleRow = {
  rule_id: string;
  bot_id: string;
  bot_name: string;
  condition: Condition;
  since: string | Date;
  told_at: string | Date | null;
};

async function troublesOf(db: Database, ruleIds: string[]): Promise<Map<string, TroubleView[]>> {
  const shown = new Map<string, TroubleView[]>();
  if (ruleIds.length === 0) return shown;
  const rows = await queryRows<TroubleRow>(
    db,
    sql`select * from (
        select a.rule_id, a.bot_id, b.name as bot_name, a.condition, a.since, a.told_at,
          row_number() over (partition by a.rule_id order by a.since, a.bot_id) as place
        from alerts a join alert_rules r on r.id = a.rule_id join bots b on b.id = a.bot_id
        where a.rule_id in ${ruleIds} and a.ended_at is null and (a.told_at is not null or ${isDue})
      ) ranked where place <= ${MOST_TROUBLES} order by since, bot_id`,
  );
  for (const row of rows) {
    const trouble = {
      bot: { id: row.bot_id, name: row.bot_name },
      condition: row.condition,
      since: new Date(row.since).toISOString(),
      ...(row.told_at && { toldAt: new Date(row.told_at).toISOString() }),
    };
    shown.set(row.rule_id, [...(shown.get(row.rule_id) ?? []), trouble]);
  }
  return shown;
}
