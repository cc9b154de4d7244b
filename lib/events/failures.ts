// What failed, grouped by its cause: one cause is told once, however many messages and bots it concerns.
import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { bots } from "@/lib/db/schema";
import { describeReason, failureSchema, modelIn, type Reason } from "@/lib/errors";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const MOST_CAUSES = 50;
/** So many of the newest failed messages are grouped, shared out among the bots. */
const MOST_LOOKED_AT = 3_000;
const FEWEST_OF_BOT = 20;

const causeSchema = z.object({
  cause: z.string().meta({ description: "Opaque ID of the cause, for replayCause" }),
  ...failureSchema.shape,
  count: z.int(),
  lastAt: z.iso.datetime(),
  bots: z.array(z.object({ id: z.string(), name: z.string(), count: z.int() })),
});
export const causesSchema = z
  .array(causeSchema)
  .meta({ description: `Most frequent first, up to ${MOST_CAUSES}`, id: "Causes" });
export type Cause = z.infer<typeof causeSchema>;

/** The reason, and whom or what it is about; a server's own words differ from time to time. */
export const hasCause = (cause: string): SQL => sql`concat_ws(' ', events.error->>'code',
    coalesce(events.error->'params'->>'modelId', events.error->'params'->>'host'), events.error->'params'->>'code') = ${cause}`;

function causeOf({ code, params = {} }: Reason): string {
  const parts = [code, params.modelId ?? params.host, params.code];
  return parts.filter((part) => part !== undefined && part !== null).join(" ");
}

type Row = { bot_id: string; name: string; error: Reason; count: number; last_at: string | Date };

export type Causes = {
  causes: Cause[];
  /** They are counted among so many failed messages of a bot, the newest: there may be more. */
  onlyNewest?: number;
};

/** Of one bot, or of all that the viewer may see. */
export async function listCauses(
  db: Database,
  viewer: Viewer,
  botId: string | undefined,
  locale: Locale,
): Promise<Causes> {
  const meant = and(visibleTo(viewer), botId === undefined ? undefined : eq(bots.id, botId));
  const failed = along([sql`events.bot_id`, sql`bots.id`], [sql`events.status`, "failed"]);
  const most = Math.max(FEWEST_OF_BOT, Math.floor(MOST_LOOKED_AT / Math.max(1, await db.$count(bots, meant))));
  const rows = await queryRows<Row>(
    db,
    sql`select bots.id as bot_id, bots.name, e.error, count(*)::int as count, max(e.finished_at) as last_at
        from bots cross join lateral (
          select error, finished_at from events
          where ${failed.where} order by ${failed.order(sql`events.id`, DOWN)} limit ${most}
        ) e
        where e.error is not null and ${meant ?? sql`true`}
        group by bots.id, e.error`,
  );
  const looked = new Map<string, number>();
  for (const { bot_id: id, count } of rows) looked.set(id, (looked.get(id) ?? 0) + count);
  const isCut = [...looked.values()].some((count) => count >= most);
  return { causes: gather(rows, locale).slice(0, MOST_CAUSES), ...(isCut && { onlyNewest: most }) };
}

/** The most frequent first; each with the bots that it concerns. */
function gather(rows: readonly Row[], locale: Locale): Cause[] {
  return [...groupBy(rows, ({ error }) => causeOf(error))]
    .map(([cause, group]) => {
      const newest = group.reduce((a, b) => (new Date(b.last_at) > new Date(a.last_at) ? b : a));
      const model = modelIn(newest.error);
      return {
        cause,
        reason: describeReason(newest.error, locale),
        code: newest.error.code,
        ...(model && { model }),
        count: countOf(group),
        lastAt: new Date(newest.last_at).toISOString(),
        bots: [...groupBy(group, ({ bot_id: id }) => id)]
          .map(([id, own]) => ({ id, name: own[0]?.name ?? "", count: countOf(own) }))
          .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
      };
    })
    .sort((a, b) => b.count - a.count || (a.cause < b.cause ? -1 : 1));
}

const countOf = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0);

function groupBy(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
