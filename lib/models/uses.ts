// Which bots answer with a model: by their reply, as its fallback, or in one of their rules.
import { type SQL, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import type { ModelUses } from "@/lib/models/schemas";
import type { Viewer } from "@/lib/viewer";

const usesModel = (modelId: SQL) => sql`(b.reply->>'modelId' = ${modelId} or b.reply->>'fallbackModelId' = ${modelId}
  or jsonb_path_exists(b.behavior, '$.rules[*].action.reply ? (@.modelId == $id || @.fallbackModelId == $id)',
    jsonb_build_object('id', ${modelId})))`;

type Row = { model_id: string; bot_id: string; name: string; owner_id: string };

/** By the models' ids; bots that the viewer may not see are only counted. */
export async function listUses(
  db: Database,
  viewer: Viewer,
  modelIds: readonly string[],
): Promise<ReadonlyMap<string, ModelUses>> {
  const rows = await queryRows<Row>(
    db,
    sql`select m.id as model_id, b.id as bot_id, b.name, b.owner_id
        from jsonb_array_elements_text(${JSON.stringify(modelIds)}::text::jsonb) as m(id)
        join bots b on ${usesModel(sql`m.id`)} order by b.created_at, b.id`,
  );
  const isSeen = (row: Row) => viewer.isAdmin || row.owner_id === viewer.userId;
  return new Map(
    modelIds.map((id) => {
      const used = rows.filter(({ model_id }) => model_id === id);
      const seen = used.filter(isSeen).map(({ bot_id, name }) => ({ id: bot_id, name }));
      return [id, { bots: seen, otherBots: used.length - seen.length }];
    }),
  );
}
