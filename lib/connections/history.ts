// The history of a bot's connection: its changes, how much of the wished time it was up, and how long that is kept.
import { and, desc, gte, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { CONNECTION_STATES } from "@/lib/bots/schemas";
import { type Change, stateOfChange } from "@/lib/connections/spans";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { connectionChanges } from "@/lib/db/schema";
import { describeReason } from "@/lib/errors";
import type { Locale } from "@/lib/text/translate";

const KEPT_DAYS = 90;
const MOST_CHANGES = 1_000;
const DELETED_AT_ONCE = 5_000;

const changeSchema = z.object({
  at: z.iso.datetime(),
  state: z.enum(CONNECTION_STATES),
  reason: z.string().optional(),
  instance: z.string().optional(),
});

export const historySchema = z
  .object({
    changes: z.array(changeSchema).meta({ description: `Oldest first, the last ${MOST_CHANGES}` }),
    before: changeSchema.optional().meta({ description: "The last change before this period: the state at its start" }),
    availability: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      percent: z
        .number()
        .nullable()
        .meta({ description: "Uptime as a share of the time the connection was turned on. null: it never was" }),
      interruptions: z.int(),
    }),
  })
  .meta({ id: "ConnectionHistory" });
export type ConnectionHistory = z.infer<typeof historySchema>;

type ChangeRow = typeof connectionChanges.$inferSelect;

export async function listChanges(
  db: Database,
  botId: string,
  since: Date,
  locale: Locale,
): Promise<ConnectionHistory> {
  const { where: ofBot, order } = along([sql`${connectionChanges.botId}`, botId]);
  const newest = [order(sql`${connectionChanges.at}`, DOWN), desc(connectionChanges.id)];
  const rows = await db
    .select()
    .from(connectionChanges)
    .where(and(ofBot, gte(connectionChanges.at, since)))
    .orderBy(...newest)
    .limit(MOST_CHANGES + 1);
  const changes = rows.slice(0, MOST_CHANGES).reverse();
  const [before] =
    rows.length > MOST_CHANGES
      ? rows.slice(MOST_CHANGES)
      : await db
          .select()
          .from(connectionChanges)
          .where(and(ofBot, lt(connectionChanges.at, since)))
          .orderBy(...newest)
          .limit(1);
  const from = rows.length > MOST_CHANGES ? (changes[0]?.at ?? since) : since;
  const known = (before ? [before, ...changes] : changes).map((row) => ({
    at: row.at.getTime(),
    state: stateOfChange(row),
  }));
  return {
    changes: changes.map((row) => showChange(row, locale)),
    ...(before && { before: showChange(before, locale) }),
    availability: availabilityOf(known, from, new Date()),
  };
}

const showChange = (row: ChangeRow, locale: Locale) => ({
  at: row.at.toISOString(),
  state: stateOfChange(row),
  ...(row.reason && { reason: describeReason(row.reason, locale) }),
  ...(row.instance && { instance: row.instance }),
});

/** `changes` oldest first; the time before the first one does not count. */
export function availabilityOf(
  changes: readonly Pick<Change, "at" | "state">[],
  from: Date,
  to: Date,
): ConnectionHistory["availability"] {
  let wishedMs = 0;
  let connectedMs = 0;
  let interruptions = 0;
  changes.forEach(({ at, state }, index) => {
    const begin = Math.max(at, from.getTime());
    const end = Math.min(changes[index + 1]?.at ?? to.getTime(), to.getTime());
    const lasted = Math.max(0, end - begin);
    const before = changes[index - 1]?.state ?? "disconnected";
    // Nothing is down that was just switched on: the first try counts once it has failed.
    const isFirstTry = state === "connecting" && before === "disconnected";
    if (state !== "disconnected" && !isFirstTry) wishedMs += lasted;
    if (state === "connected") connectedMs += lasted;
    const isFailing = state === "reconnecting" || state === "error";
    if (isFailing && before === "connected" && at >= from.getTime()) interruptions += 1;
  });
  const percent = wishedMs > 0 ? Math.round((connectedMs / wishedMs) * 10_000) / 100 : null;
  return { from: from.toISOString(), to: to.toISOString(), percent, interruptions };
}

/** Deletes what is older than the retention, a bounded number at a time; the state in which it ended stays. */
export async function forgetOldChanges(db: Database): Promise<void> {
  const deleteSome = () =>
    queryRows(
      db,
      sql`delete from connection_changes where id in (
          select id from connection_changes c where at < now() - make_interval(days => ${KEPT_DAYS})
            and exists (select 1 from connection_changes later
              where later.bot_id = c.bot_id and (later.at, later.id) > (c.at, c.id)
                and later.at < now() - make_interval(days => ${KEPT_DAYS}))
          order by at limit ${DELETED_AT_ONCE})
        returning id`,
    );
  while ((await deleteSome()).length === DELETED_AT_ONCE);
}
