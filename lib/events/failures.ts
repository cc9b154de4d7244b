// What failed, grouped by its cause: one cause is told once, however many messages and bots it concerns.
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import { type Database, queryRows } from "@/lib/db/client";
import { describeReason, failureSchema, modelIn, type Reason } from "@/lib/errors";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const MOST_CAUSES = 50;

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
const causeOf = (alias: string): SQL =>
  sql.raw(`concat_ws(' ', ${alias}.error->>'code',
    coalesce(${alias}.error->'params'->>'modelId', ${alias}.error->'params'->>'host'), ${alias}.error->'params'->>'code')`);

export const hasCause = (cause: string): SQL => sql`${causeOf("events")} = ${cause}`;

type Row = { cause: string; error: Reason; count: number; last_at: string | Date; bots: Cause["bots"] };

/** Of one bot, or of all that the viewer may see. */
export async function listCauses(
  db: Database,
  viewer: Viewer,
  botId: string | undefined,
  locale: Locale,
): Promise<Cause[]> {
  const rows = await queryRows<Row>(
    db,
    sql`select cause, sum(count)::int as count, max(last_at) as last_at, (array_agg(error order by last_at desc))[1] as error,
          jsonb_agg(jsonb_build_object('id', bot_id, 'name', name, 'count', count) order by count desc, name) as bots
        from (
          select bots.id as bot_id, bots.name, ${causeOf("e")} as cause, count(*)::int as count,
            max(e.finished_at) as last_at, (array_agg(e.error order by e.id desc))[1] as error
          from events e join bots on bots.id = e.bot_id
          where e.status = 'failed' and e.error is not null and ${visibleTo(viewer) ?? sql`true`}
            and ${botId === undefined ? sql`true` : sql`e.bot_id = ${botId}`}
          group by bots.id, cause
        ) failed group by cause order by count desc, cause limit ${MOST_CAUSES}`,
  );
  return rows.map(({ cause, error, count, last_at, bots }) => {
    const model = modelIn(error);
    const lastAt = new Date(last_at).toISOString();
    return {
      cause,
      reason: describeReason(error, locale),
      code: error.code,
      ...(model && { model }),
      count,
      lastAt,
      bots,
    };
  });
}
